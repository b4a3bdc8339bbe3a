package commandline

import (
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"slices"
	"strings"

	"github.com/alecthomas/kong"

	"github.com/trialweave/trialweave/internal/nearest"
)

// Usage returns the error for arguments that the parser refuses. It says what is
// wrong, suggests the nearest command for an unknown one, and names the help to read
// in a hint.
func Usage(model *kong.Application, args []string, err error) error {
	path := model.Name
	var refused *kong.ParseError
	if errors.As(err, &refused) && refused.Context != nil {
		if node := refused.Context.Selected(); node != nil {
			path += " " + strings.TrimPrefix(node.Path(), model.Name+" ")
		}
	}
	text := err.Error()
	what := "commands and flags"
	switch argument, missing := strings.CutPrefix(text, "expected \""); {
	case missing:
		text = "the argument " + strings.TrimSuffix(argument, "\"") + " is missing"
	case path == model.Name && len(args) > 0 && strings.HasPrefix(text, "unexpected argument"):
		word := args[0]
		text = fmt.Sprintf("unknown command %q", word)
		near, _ := nearest.Of(word, commands(model))
		text += nearest.DidYouMean(near)
	}
	if path != model.Name {
		what = "arguments and flags"
	}
	return fmt.Errorf("%s\nhint: %s --help lists %s", text, path, what)
}

func commands(model *kong.Application) []string {
	var out []string
	for _, child := range model.Children {
		if !child.Hidden {
			out = append(out, child.Name)
		}
	}
	return out
}

// Text is the text of an error as people read it: where it is, or ends in, one of
// the operating system or of a request, that says what could not be done with which
// file or address.
func Text(err error) string {
	text := err.Error()
	for _, plain := range [...]func(error) (raw, better string){pathError, linkError, requestError} {
		if raw, better := plain(err); raw != "" {
			text = strings.Replace(text, raw, better, 1)
		}
	}
	return text
}

func pathError(err error) (raw, better string) {
	at, ok := errors.AsType[*fs.PathError](err)
	if !ok {
		return "", ""
	}
	done := "opened"
	switch {
	case slices.Contains([]string{"read", "stat", "lstat", "readdirent", "seek"}, at.Op):
		done = "read"
	case slices.Contains([]string{"write", "mkdir", "remove", "truncate", "sync"}, at.Op):
		done = "written"
	}
	return at.Error(), fmt.Sprintf("%s: cannot be %s: %v", at.Path, done, at.Err)
}

func linkError(err error) (raw, better string) {
	at, ok := errors.AsType[*os.LinkError](err)
	if !ok {
		return "", ""
	}
	return at.Error(), fmt.Sprintf("%s: cannot be written: %v", at.New, at.Err)
}

func requestError(err error) (raw, better string) {
	at, ok := errors.AsType[*url.Error](err)
	if !ok || at.Op == "parse" {
		return "", ""
	}
	return at.Error(), fmt.Sprintf("%s: the request failed: %v", at.URL, at.Err)
}
