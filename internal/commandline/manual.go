package commandline

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/alecthomas/kong"
)

// Page is what a page of the manual says beside the help of the command.
type Page struct {
	// Version and Date, as 2006-01-02, are those of the build.
	Version, Date string
	// Status are the exit statuses, each with what it means.
	Status [][2]string
	// Environment are the variables that are read, each with what for.
	Environment [][2]string
	// See are other pages and addresses.
	See []string
}

// Man is the command that prints the page of the manual. Its Run needs a *Page and
// an io.Writer to be bound.
type Man struct {
	Format string `enum:"man,markdown,schema" default:"man" help:"man; markdown: the page of the documentation; or schema: the JSON Schema of the part of .trialweave.yml that is for this command."`
	Output string `short:"o" placeholder:"DIR" help:"Folder to write it into, as COMMAND.1, COMMAND.md or COMMAND.schema.json. Default: standard output."`
}

// Run prints the page, or writes it.
func (c *Man) Run(k *kong.Context, p *Page, out io.Writer) error {
	text, name := Manual(k.Model, *p), k.Model.Name+".1"
	if c.Format == "markdown" {
		text, name = Reference(k.Model, *p), k.Model.Name+".md"
	}
	if c.Format == "schema" {
		data, err := json.MarshalIndent(Schema(k.Model.Node), "", "  ")
		if err != nil {
			return err
		}
		text, name = string(data)+"\n", k.Model.Name+".schema.json"
	}
	if c.Output == "" {
		_, err := io.WriteString(out, text)
		return err
	}
	if err := os.MkdirAll(c.Output, 0o755); err != nil { //nolint:gosec // pages are for everybody
		return err
	}
	return os.WriteFile(filepath.Join(c.Output, name), []byte(text), 0o644) //nolint:gosec // as above
}

// Manual returns the page of a command in section 1 of the manual, in the
// macros of man(7).
func Manual(app *kong.Application, p Page) string {
	m := &manual{}
	m.line(`.TH %s 1 "%s" "%s" "User Commands"`, strings.ToUpper(app.Name), p.Date, text(p.Version))
	m.line(".SH NAME")
	m.line(`%s \- %s`, app.Name, text(strings.TrimSuffix(app.Help, ".")))
	m.line(".SH SYNOPSIS")
	m.line(".B %s", app.Name)
	m.line(`.I COMMAND`)
	m.line(`[\fIARGUMENTS\fR]`)
	m.line(".SH COMMANDS")
	for _, child := range app.Children {
		m.command(child)
	}
	m.list("EXIT STATUS", p.Status)
	m.list("ENVIRONMENT", p.Environment)
	if len(p.See) > 0 {
		m.line(".SH SEE ALSO")
		m.line("%s", text(strings.Join(p.See, ", ")))
	}
	return m.String()
}

type manual struct{ strings.Builder }

func (m *manual) line(format string, args ...any) {
	fmt.Fprintf(m, format+"\n", args...)
}

func (m *manual) list(title string, items [][2]string) {
	if len(items) == 0 {
		return
	}
	m.line(".SH %s", title)
	for _, item := range items {
		m.line(".TP\n.B %s\n%s", text(item[0]), text(item[1]))
	}
}

// command writes a command and those below it.
func (m *manual) command(n *kong.Node) {
	if n.Hidden {
		return
	}
	if len(n.Children) == 0 || len(n.Flags) > 0 || len(n.Positional) > 0 {
		m.line(".SS %s", text(usage(n)))
		m.line("%s", text(n.Help))
		for _, paragraph := range strings.Split(n.Detail, "\n\n") {
			if paragraph = strings.TrimSpace(paragraph); paragraph != "" {
				m.line(".PP\n%s", text(paragraph))
			}
		}
		for _, v := range n.Positional {
			m.option(fmt.Sprintf(`\fI%s\fR`, text(v.Name)), v.Help)
		}
		for _, f := range n.Flags {
			if f.Name != "help" && !f.Hidden {
				m.option(option(f), f.Help)
			}
		}
	}
	for _, child := range n.Children {
		m.command(child)
	}
}

func (m *manual) option(name, help string) {
	m.line(".TP\n%s\n%s", name, text(help))
}

// usage is how a command is called.
func usage(n *kong.Node) string {
	words := []string{n.Path()}
	if len(n.Flags) > 0 {
		words = append(words, "[OPTIONS]")
	}
	for _, v := range n.Positional {
		word := v.Name
		if v.IsCumulative() {
			word += "..."
		}
		if !v.Required {
			word = "[" + word + "]"
		}
		words = append(words, word)
	}
	return strings.Join(words, " ")
}

// option is how a flag is written.
func option(f *kong.Flag) string {
	out := ""
	if f.Short != 0 {
		out = fmt.Sprintf(`\fB\-%c\fR, `, f.Short)
	}
	out += fmt.Sprintf(`\fB\-\-%s\fR`, text(f.Name))
	if !f.IsBool() {
		value := f.PlaceHolder
		if words := enumOf(f); len(words) > 0 {
			value = strings.Join(words, "|")
		}
		out += fmt.Sprintf(`=\fI%s\fR`, text(cmp.Or(value, strings.ToUpper(f.Name))))
	}
	return out
}

// text escapes what man(7) reads as its own: hyphens that can be copied,
// backslashes, and dots and quotation marks at the beginning of a line.
func text(s string) string {
	s = strings.NewReplacer(`\`, `\e`, "-", `\-`, "\n", " ").Replace(strings.TrimSpace(s))
	if strings.HasPrefix(s, ".") || strings.HasPrefix(s, "'") {
		s = `\&` + s
	}
	return s
}
