package commandline

import (
	"io/fs"
	"testing"

	"github.com/alecthomas/kong"
)

// TestGrammar: the parser of one command takes its flags and those of all
// commands, and is that of every command where more than one is asked for.
func TestGrammar(t *testing.T) {
	type command struct{ Name string }
	type grammar struct {
		First  command `cmd:""`
		Second command `cmd:"" name:"2nd"`
		Man    command `cmd:""`

		ConfigFlags
		Quiet bool
	}
	for _, c := range []struct {
		args  []string
		file  bool
		whole bool
	}{
		{args: []string{"first", "--name", "x", "--quiet", "--no-config"}},
		{args: []string{"2nd", "--quiet", "--name=x", "--no-config"}},
		{args: []string{"--quiet", "first", "--name=x", "--no-config"}, whole: true},
		{args: []string{"first", "--name=x", "--quiet", "--no-config"}, file: true, whole: true},
		{args: []string{"man", "--name=x", "--quiet", "--no-config"}, whole: true},
	} {
		defaults := &Config{}
		if c.file {
			defaults.err = fs.ErrNotExist
		}
		var all grammar
		made, settle := Grammar(&all, c.args, defaults)
		if (made == any(&all)) != c.whole {
			t.Errorf("%q: whole %v, expected %v", c.args, !c.whole, c.whole)
		}
		parser, err := kong.New(made)
		if err != nil {
			t.Fatal(err)
		}
		if got := len(parser.Model.Children); got != map[bool]int{true: 3, false: 1}[c.whole] {
			t.Errorf("%q: %d commands", c.args, got)
		}
		parsed, err := parser.Parse(c.args)
		if err != nil {
			t.Fatal(err)
		}
		if settle(); !all.Quiet || !all.NoConfig || parsed.Selected().Target.Interface().(command).Name != "x" {
			t.Errorf("%q: %+v, %+v", c.args, all, parsed.Selected().Target)
		}
	}
	for _, args := range [][]string{{}, {"third"}, {"first", "--help"}, {"first", "-h"}} {
		var all grammar
		if made, _ := Grammar(&all, args, &Config{}); made != any(&all) {
			t.Errorf("%q: not the grammar of every command", args)
		}
	}
}
