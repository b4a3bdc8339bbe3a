// Package source says where in an input something is, and makes the errors
// that name that place. Both halves of the project use it: a rejected study
// and a broken OpenAPI description are reported in the same shape.
package source

import (
	"errors"
	"fmt"
	"io/fs"
	"strconv"
	"strings"
	"unicode"
)

// Position is a place in an input. The zero value of each field means
// "not known", but for Offset, where NoOffset does.
type Position struct {
	// File is the name of the input as the user gave it; an entry of an
	// archive is written archive.zip!entry.json, standard input is "-".
	File string
	// Offset is the number of bytes before the place, counted in the
	// decompressed file (or archive entry).
	Offset int64
	// Line and Column count from 1; columns count characters.
	Line, Column int
	// Pointer is a JSON Pointer (RFC 6901) from the root of the document or
	// record; the root itself is the empty string.
	Pointer string
}

// NoOffset is the Offset of a position whose offset is not known.
const NoOffset = -1

// At makes the position of a byte offset in a file.
func At(file string, offset int64) Position { return Position{File: file, Offset: offset} }

// AtLine makes the position of a line and column in a file.
func AtLine(file string, line, column int) Position {
	return Position{File: file, Offset: NoOffset, Line: line, Column: column}
}

// String formats the position in the usual file:line:column form, or, for
// data that has no lines worth naming, as file:offset N; the pointer follows
// after a "#".
func (p Position) String() string {
	var b strings.Builder
	b.WriteString(Visible(p.File))
	switch {
	case p.Line > 0 && p.Column > 0:
		fmt.Fprintf(&b, ":%d:%d", p.Line, p.Column)
	case p.Line > 0:
		fmt.Fprintf(&b, ":%d", p.Line)
	case p.Offset >= 0:
		b.WriteString(":offset ")
		b.WriteString(strconv.FormatInt(p.Offset, 10))
	}
	if p.Pointer != "" {
		b.WriteString(" #")
		b.WriteString(escapeControls(p.Pointer))
	}
	return b.String()
}

// Visible returns a text of somebody else as it can be shown: characters that
// a terminal or a log of CI would obey (controls, line ends among them) and
// those that change the direction of what is shown are written as \\uXXXX. Bytes
// that are not UTF-8 become U+FFFD.
func Visible(s string) string {
	s = strings.ToValidUTF8(s, "\ufffd")
	if strings.IndexFunc(s, obeyed) < 0 {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		if obeyed(r) {
			fmt.Fprintf(&b, "\\u%04X", r)
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

func obeyed(r rune) bool {
	return unicode.IsControl(r) || r >= 0x202A && r <= 0x202E || r >= 0x2066 && r <= 0x2069 || r == 0x200E || r == 0x200F || r == 0x61C || r == 0x2028 || r == 0x2029
}

// escapeControls keeps a position on one line: what would break it is
// percent-encoded, as a pointer in a URI fragment is (RFC 6901, section 6).
func escapeControls(s string) string {
	s = strings.ToValidUTF8(s, "\ufffd")
	if strings.IndexFunc(s, obeyed) < 0 {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		if !obeyed(r) {
			b.WriteRune(r)
			continue
		}
		for _, c := range []byte(string(r)) {
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return b.String()
}

// Error is a fault in an input: where it is, what is wrong, what was expected
// there. Callers find it with errors.As.
type Error struct {
	Position
	// Problem says what is wrong, in lower case, with the bad value quoted.
	Problem string
	// Expected says what would have been right; it may be empty where
	// Problem already does.
	Expected string
	// Hint is what to do about it, where there is something to do.
	Hint string
	// Err is the cause, where another package found the fault.
	Err error
}

// Error formats the fault on one line: position, problem, what was expected.
func (e *Error) Error() string {
	var b strings.Builder
	if at := e.Position.String(); at != "" {
		b.WriteString(at)
		b.WriteString(": ")
	}
	b.WriteString(e.Problem)
	if e.Err != nil {
		if e.Problem != "" {
			b.WriteString(": ")
		}
		b.WriteString(e.Err.Error())
	}
	if e.Expected != "" {
		b.WriteString(", expected ")
		b.WriteString(e.Expected)
	}
	return b.String()
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// EscapePointer escapes one reference token of a JSON Pointer (RFC 6901,
// section 3): "~" becomes "~0" and "/" becomes "~1".
func EscapePointer(token string) string {
	if !strings.ContainsAny(token, "~/") {
		return token
	}
	return strings.ReplaceAll(strings.ReplaceAll(token, "~", "~0"), "/", "~1")
}

// UnescapePointer undoes EscapePointer (RFC 6901, section 4).
func UnescapePointer(token string) string {
	if !strings.Contains(token, "~") {
		return token
	}
	return strings.ReplaceAll(strings.ReplaceAll(token, "~1", "/"), "~0", "~")
}

// Plain returns the text of an error without the name of the file, for where that
// stands beside it.
func Plain(err error) string {
	if at, ok := errors.AsType[*Error](err); ok {
		c := *at
		c.File = ""
		return strings.TrimPrefix(c.Error(), ":")
	}
	return PathCause(err).Error()
}

// PathCause returns what lies below an *fs.PathError, and any other error as it is.
func PathCause(err error) error {
	if at, ok := errors.AsType[*fs.PathError](err); ok {
		return at.Err
	}
	return err
}
