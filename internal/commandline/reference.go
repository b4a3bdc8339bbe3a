package commandline

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/alecthomas/kong"
)

// Reference returns the page of a command in Markdown: each command with its
// arguments and flags, and the flags that all commands have once, at the end.
func Reference(app *kong.Application, p Page) string {
	r := &reference{name: app.Name}
	r.line("# Commands of %s\n", app.Name)
	r.line("%s This page is made from the help of the command; `%s COMMAND --help` shows the same.\n", app.Help, app.Name)
	for _, child := range app.Children {
		r.command(child)
	}
	r.flags("## Flags of every command\n\n", app.Flags)
	if len(p.Environment) > 0 {
		r.line("## Environment\n\n| variable | what for |\n|---|---|")
		for _, e := range p.Environment {
			r.line("| `%s` | %s |", strings.ReplaceAll(e[0], ", ", "`, `"), cell(e[1]))
		}
		r.line("")
	}
	return strings.TrimRight(r.String(), "\n") + "\n"
}

type reference struct {
	strings.Builder
	name string
}

func (r *reference) line(format string, args ...any) { fmt.Fprintf(r, format+"\n", args...) }

func (r *reference) command(n *kong.Node) {
	if n.Hidden {
		return
	}
	if len(n.Children) == 0 || len(n.Flags) > 0 || len(n.Positional) > 0 {
		r.line("## %s\n", n.Path())
		r.line("    %s %s\n\n%s\n", r.name, usage(n), angles.Replace(n.Help))
		r.detail(n.Detail)
		if len(n.Positional) > 0 {
			r.line("| argument | |\n|---|---|")
			for _, v := range n.Positional {
				r.line("| `%s` | %s |", v.Name, cell(v.Help))
			}
			r.line("")
		}
		r.flags("", n.Flags)
	}
	for _, child := range n.Children {
		r.command(child)
	}
}

// detail writes the paragraphs of a help. What is set out by line breaks, such as
// examples, stays as it is.
func (r *reference) detail(text string) {
	for _, paragraph := range strings.Split(text, "\n\n") {
		paragraph = strings.Trim(paragraph, "\n")
		switch {
		case strings.TrimSpace(paragraph) == "":
		case strings.HasPrefix(paragraph, " "):
			r.line("```\n%s\n```\n", paragraph)
		default:
			r.line("%s\n", angles.Replace(paragraph))
		}
	}
}

func (r *reference) flags(title string, all []*kong.Flag) {
	shown := slices.DeleteFunc(slices.Clone(all), func(f *kong.Flag) bool { return f.Name == "help" || f.Hidden })
	if len(shown) == 0 {
		return
	}
	r.line("%s| flag | |\n|---|---|", title)
	for _, f := range shown {
		r.line("| %s | %s |", flagCode(f), cell(f.Help))
	}
	r.line("")
}

// flagCode is a flag with its value, as code of Markdown.
func flagCode(f *kong.Flag) string {
	name := "--" + f.Name
	if !f.IsBool() {
		value := strings.ReplaceAll(f.PlaceHolder, "|", `\|`)
		if words := enumOf(f); len(words) > 0 {
			value = strings.Join(words, `\|`)
		}
		name += "=" + cmp.Or(value, strings.ToUpper(f.Name))
	}
	if f.Short != 0 {
		return fmt.Sprintf("`-%c`, `%s`", f.Short, name)
	}
	return "`" + name + "`"
}

// enumOf are the words that a flag takes, if they are few.
func enumOf(f *kong.Flag) []string {
	return slices.DeleteFunc(f.EnumSlice(), func(word string) bool { return word == "" })
}

var (
	angles = strings.NewReplacer("<", "&lt;", ">", "&gt;", "*", `\*`)
	bars   = strings.NewReplacer("|", `\|`, "\n", " ")
)

// cell is a text in a cell of a table.
func cell(text string) string { return bars.Replace(angles.Replace(strings.TrimSpace(text))) }
