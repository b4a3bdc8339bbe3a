package commandline

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"

	"github.com/alecthomas/kong"

	"github.com/trialweave/trialweave/internal/nearest"
	"github.com/trialweave/trialweave/source"
	"github.com/trialweave/trialweave/yamltree"
)

// ConfigName is the name of the file that has defaults of flags.
const ConfigName = ".trialweave.yml"

// ConfigFlags are the flags by which a file of defaults is chosen. They are read
// before all others, by Defaults.
type ConfigFlags struct {
	Config   string `group:"Every command:" placeholder:"FILE" help:"File with defaults of flags. Default: .trialweave.yml in this folder or the next above it, up to the root of the repository."`
	NoConfig bool   `name:"no-config" group:"Every command:" help:"Read no file with defaults of flags."`
}

// tools are the commands that a file of defaults is for: each reads its own part.
var tools = []string{"trialweave", "triallint"}

// byHand are the flags that a file cannot give: what they name is written to, secret,
// or guards against a mistake.
var byHand = []string{
	"help", "config", "no-config", "output", "force", "credentials", "allow-readable-credentials", "allow-empty", "max-withdrawn", "token", "tls-key", "tls-cert",
	"host", "cors", "query-log", "state", "remove", "rejects", "bulk", "write", "write-baseline", "open", "root", "watch", "service", "endpoint", "base-url", "update-url",
	"allow-functions", "allow-remote", "remote-cache",
}

// Config are the defaults that a file gives. It is a resolver of kong.
type Config struct {
	// File is the file, or "" where there is none.
	File string

	tool string
	doc  *yamltree.Document
	err  error
}

// Defaults reads the file of defaults that the arguments name, or that is in the folder
// or above it. What is wrong with it is an error of Validate, so that --help and
// completion work beside it.
func Defaults(tool string, args []string) *Config {
	c := &Config{tool: tool}
	named, none := configOf(args)
	if none {
		return c
	}
	if c.File = named; c.File == "" {
		if c.File = findConfig(); c.File == "" {
			return c
		}
	}
	text, err := os.ReadFile(c.File)
	if err != nil {
		c.err = err
		return c
	}
	c.doc, c.err = yamltree.Parse(c.File, text, &yamltree.Limits{Bytes: 1 << 20, Depth: 20, Nodes: 10_000})
	return c
}

// given reports whether there is a file, or one that cannot be read was named.
func (c *Config) given() bool { return c.doc != nil || c.err != nil }

// configOf are the flags of ConfigFlags among the arguments.
func configOf(args []string) (file string, none bool) {
	for i, arg := range args {
		value, ok := strings.CutPrefix(arg, "--config=")
		switch {
		case arg == "--":
			return file, none
		case arg == "--no-config":
			none = true
		case ok:
			file = value
		case arg == "--config" && i+1 < len(args):
			file = args[i+1]
		}
	}
	return file, none
}

// findConfig looks for the file in this folder and, within a repository, in those above
// it, up to the root of the repository. Files above that are of somebody else.
func findConfig() string {
	dir, err := os.Getwd()
	if err != nil {
		return ""
	}
	root := repositoryOf(dir)
	for {
		file := filepath.Join(dir, ConfigName)
		if info, err := os.Stat(file); err == nil && info.Mode().IsRegular() {
			return relative(file)
		}
		if root == "" || dir == root || dir == filepath.Dir(dir) {
			return ""
		}
		dir = filepath.Dir(dir)
	}
}

// repositoryOf is the folder around another that has .git, or "".
func repositoryOf(dir string) string {
	for {
		if _, err := os.Lstat(filepath.Join(dir, ".git")); !errors.Is(err, fs.ErrNotExist) {
			return dir
		}
		if dir == filepath.Dir(dir) {
			return ""
		}
		dir = filepath.Dir(dir)
	}
}

// relative is a file as seen from this folder.
func relative(file string) string {
	if dir, err := os.Getwd(); err == nil {
		if rel, err := filepath.Rel(dir, file); err == nil {
			return rel
		}
	}
	return file
}

// Validate checks the keys and values of the file against the flags that there are.
func (c *Config) Validate(app *kong.Application) error {
	if c.err != nil {
		return c.err
	}
	if c.doc == nil || c.doc.Root.Kind == yamltree.Null {
		return nil
	}
	if len(c.doc.Duplicates) > 0 {
		d := c.doc.Duplicates[0]
		return c.fault(d.Again.Start, "the key %q occurs twice", d.Key)
	}
	if len(c.doc.More) > 0 {
		return c.fault(c.doc.More[0], "a second document, expected one")
	}
	if c.doc.Root.Kind != yamltree.Mapping {
		return c.fault(c.doc.Root.Range.Start, "expected the keys trialweave and triallint")
	}
	for i, key := range c.doc.Root.Keys {
		if !slices.Contains(tools, key.Name) {
			return c.unknown(key, "", tools)
		}
		if key.Name == c.tool {
			if err := c.check(app.Node, c.doc.Root.Items[i], key); err != nil {
				return err
			}
		}
	}
	return nil
}

// check checks the part of the file that is for a command.
func (c *Config) check(n *kong.Node, part *yamltree.Node, at yamltree.Key) error {
	if part.Kind != yamltree.Mapping {
		return c.fault(part.Range.Start, "%s: expected flags with their values", at.Name)
	}
	for i, key := range part.Keys {
		value := part.Items[i]
		if child := childOf(n, key.Name); child != nil {
			if err := c.check(child, value, key); err != nil {
				return err
			}
			continue
		}
		f := flagNamed(n, key.Name)
		switch {
		case f == nil:
			return c.unknown(key, at.Name, keysOf(n))
		case slices.Contains(byHand, f.Name):
			return c.fault(key.Range.Start, "--%s cannot be given in a file, only on the command line", f.Name)
		}
		if err := c.tryValue(f, value); err != nil {
			return err
		}
	}
	return nil
}

// tryValue reports what is wrong with the value of a flag.
func (c *Config) tryValue(f *kong.Flag, value *yamltree.Node) error {
	given, err := plainValue(value)
	if err == nil {
		target := reflect.New(f.Target.Type()).Elem()
		err = f.Mapper.Decode(&kong.DecodeContext{Value: f.Value, Scan: kong.Scan().PushTyped(given, kong.FlagValueToken)}, target)
		if words := enumOf(f); err == nil && len(words) > 0 && !slices.Contains(words, fmt.Sprint(given)) && target.Kind() == reflect.String {
			err = fmt.Errorf("expected one of %s", strings.Join(words, ", "))
		}
	}
	if err != nil {
		return c.fault(value.Range.Start, "--%s: %q is invalid: %w", f.Name, value.Text, err)
	}
	return nil
}

// plainValue is a value as kong reads it: a text, a bool, or a list of texts.
func plainValue(n *yamltree.Node) (any, error) {
	switch n.Kind {
	case yamltree.Bool:
		return n.Text == "true", nil
	case yamltree.String, yamltree.Number:
		return n.Text, nil
	case yamltree.Sequence:
		all := []any{}
		for _, item := range n.Items {
			if item.Kind != yamltree.String && item.Kind != yamltree.Number {
				return nil, errors.New("expected a list of texts")
			}
			all = append(all, item.Text)
		}
		return all, nil
	}
	return nil, errors.New("expected a text, a number, true, false or a list")
}

// Resolve returns the value that the file gives a flag, for kong.
func (c *Config) Resolve(_ *kong.Context, parent *kong.Path, f *kong.Flag) (any, error) {
	for _, name := range f.Envs {
		if _, set := os.LookupEnv(name); set {
			return nil, nil // the environment is nearer to the run than a file
		}
	}
	if c.doc == nil {
		return nil, nil
	}
	part := c.doc.Root.Lookup(c.tool)
	var words []string
	for n := parent.Node(); n != nil && n.Type == kong.CommandNode; n = n.Parent {
		words = append(words, n.Name)
	}
	slices.Reverse(words)
	for _, word := range words {
		part = part.Lookup(word)
	}
	value := part.Lookup(f.Name)
	if value == nil {
		return nil, nil
	}
	return plainValue(value)
}

func (c *Config) fault(at yamltree.Mark, format string, args ...any) error {
	return fmt.Errorf("%s:%d:%d: %w", c.doc.Name, at.Line, at.Column, fmt.Errorf(format, args...))
}

func (c *Config) unknown(key yamltree.Key, of string, words []string) error {
	where := ""
	if of != "" {
		where = " of " + of
	}
	near, _ := nearest.Of(key.Name, words)
	return c.fault(key.Range.Start, "unknown key %q%s%s", source.Visible(key.Name), where, nearest.DidYouMean(near))
}

func flagNamed(n *kong.Node, name string) *kong.Flag {
	i := slices.IndexFunc(n.Flags, func(f *kong.Flag) bool { return f.Name == name && !f.Hidden })
	if i < 0 {
		return nil
	}
	return n.Flags[i]
}

// keysOf are the keys that the part of a command may have.
func keysOf(n *kong.Node) (out []string) {
	for _, child := range n.Children {
		if !child.Hidden {
			out = append(out, child.Name)
		}
	}
	for _, f := range n.Flags {
		if !f.Hidden && !slices.Contains(byHand, f.Name) {
			out = append(out, f.Name)
		}
	}
	return out
}

// Schema is the JSON Schema of the part of the file that is for a command.
func Schema(n *kong.Node) map[string]any {
	properties := map[string]any{}
	for _, child := range n.Children {
		if s := Schema(child); !child.Hidden && len(s["properties"].(map[string]any)) > 0 {
			properties[child.Name] = s
		}
	}
	for _, f := range n.Flags {
		if !f.Hidden && !slices.Contains(byHand, f.Name) {
			properties[f.Name] = flagSchema(f)
		}
	}
	return map[string]any{"description": n.Help, "type": "object", "additionalProperties": false, "properties": properties}
}

func flagSchema(f *kong.Flag) map[string]any {
	s := map[string]any{"description": f.Help}
	words := enumOf(f)
	switch kind := f.Target.Kind(); {
	case f.IsBool():
		s["type"] = "boolean"
	case f.IsSlice() && len(words) > 0:
		s["type"] = []string{"array", "string"}
		s["items"] = map[string]any{"enum": words}
	case f.IsSlice():
		s["type"] = []string{"array", "string"}
		s["items"] = map[string]any{"type": []string{"string", "number"}}
	case len(words) > 0:
		s["enum"] = words
	case kind >= reflect.Int && kind <= reflect.Float64 && f.Target.Type().PkgPath() == "":
		s["type"] = "number"
	default:
		s["type"] = []string{"string", "number"}
	}
	return s
}
