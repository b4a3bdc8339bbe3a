// Package commandline makes of a command's own help what shells and readers of
// manuals need: call [Complete] for what can follow some words, [Script] for
// what makes a shell ask that, and [Manual] for the page of the manual.
package commandline

import (
	"cmp"
	"embed"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"

	"github.com/alecthomas/kong"
)

// Asked is the first argument by which the scripts of shells ask a command to
// complete the words that follow.
const Asked = "__complete"

// Candidate is a word that can follow, and what it is.
type Candidate struct{ Word, Help string }

// Values returns the words that a flag or an argument takes, by its name; none
// where it takes anything, such as a file.
type Values func(name string) []Candidate

// Complete returns what the last of the words can be completed to, of which the
// first is the first argument of the command. None says that it is a file.
func Complete(app *kong.Application, words []string, values Values) []Candidate {
	if len(words) == 0 {
		words = []string{""}
	}
	at, last := app.Node, words[len(words)-1]
	if last == `""` { // as PowerShell says that nothing is typed yet
		last = ""
	}
	positional := 0
	var waiting *kong.Flag // for its value
	for _, word := range words[:len(words)-1] {
		switch {
		case waiting != nil:
			waiting = nil
		case strings.HasPrefix(word, "-") && word != "-":
			if flag := flagOf(at, word); flag != nil && !flag.IsBool() && !strings.Contains(word, "=") {
				waiting = flag
			}
		default:
			if child := childOf(at, word); child != nil {
				at = child
			} else {
				positional++
			}
		}
	}
	name, typed, assigned := strings.Cut(last, "=")
	switch {
	case waiting != nil:
		return starting(valuesOf(waiting.Value, values), "", last)
	case assigned && strings.HasPrefix(name, "--"):
		if flag := flagOf(at, name); flag != nil {
			return starting(valuesOf(flag.Value, values), name+"=", typed)
		}
		return nil
	case strings.HasPrefix(last, "-"):
		return starting(flagsOf(at), "", last)
	}
	candidates := childrenOf(at)
	if n := len(at.Positional); n > 0 {
		candidates = append(candidates, valuesOf(at.Positional[min(positional, n-1)], values)...)
	}
	return starting(candidates, "", last)
}

// starting are the candidates that begin as typed, with a prefix.
func starting(all []Candidate, prefix, typed string) (out []Candidate) {
	for _, c := range all {
		if strings.HasPrefix(c.Word, typed) {
			out = append(out, Candidate{prefix + c.Word, c.Help})
		}
	}
	return out
}

// valuesOf are the words that a value takes.
func valuesOf(v *kong.Value, values Values) (out []Candidate) {
	for _, word := range v.EnumSlice() {
		if word != "" {
			out = append(out, Candidate{Word: word})
		}
	}
	if len(out) == 0 && values != nil {
		out = values(v.Name)
	}
	return out
}

func childrenOf(n *kong.Node) (out []Candidate) {
	for _, child := range n.Children {
		if !child.Hidden {
			out = append(out, Candidate{child.Name, child.Help})
		}
	}
	return out
}

func childOf(n *kong.Node, word string) *kong.Node {
	for _, child := range n.Children {
		if child.Name == word || slices.Contains(child.Aliases, word) {
			return child
		}
	}
	return nil
}

// flags lists those of a command, its default command, and those above it.
func flags(n *kong.Node) (out []*kong.Flag) {
	for _, group := range n.AllFlags(true) {
		out = append(out, group...)
	}
	if n.DefaultCmd != nil {
		out = append(out, n.DefaultCmd.Flags...)
	}
	return out
}

func flagsOf(n *kong.Node) (out []Candidate) {
	for _, f := range flags(n) {
		out = append(out, Candidate{"--" + f.Name, f.Help})
	}
	slices.SortFunc(out, func(a, b Candidate) int { return cmp.Compare(a.Word, b.Word) })
	return slices.Compact(out)
}

func flagOf(n *kong.Node, word string) *kong.Flag {
	word, _, _ = strings.Cut(word, "=")
	for _, f := range flags(n) {
		if word == "--"+f.Name || f.Short != 0 && word == "-"+string(f.Short) {
			return f
		}
	}
	return nil
}

// WriteCandidates writes candidates as the scripts read them: each on a line,
// with a tab before what it is.
func WriteCandidates(w io.Writer, candidates []Candidate) error {
	var b strings.Builder
	for _, c := range candidates {
		help, _, _ := strings.Cut(c.Help, "\n")
		b.WriteString(c.Word + "\t" + strings.ReplaceAll(help, "\t", " ") + "\n")
	}
	_, err := io.WriteString(w, b.String())
	return err
}

//go:embed shells
var shells embed.FS

// Shells lists the shells that there is a script for.
func Shells() []string { return []string{"bash", "zsh", "fish", "powershell"} }

// Script is what a shell runs so that it completes a command.
func Script(shell, command string) (string, error) {
	text, err := fs.ReadFile(shells, "shells/"+shell)
	if err != nil {
		return "", fmt.Errorf("unknown shell %q, expected one of %s", shell, strings.Join(Shells(), ", "))
	}
	return strings.ReplaceAll(string(text), "COMMAND", command), nil
}
