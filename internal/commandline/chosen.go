package commandline

import (
	"reflect"
	"slices"
	"strings"
)

// Grammar returns what kong makes the parser of some arguments from: a pointer to a
// struct of the one command that the first argument names and of the flags of all
// commands. Call settle after the arguments were parsed: it puts the flags into
// commands. A parser of every command and its flags takes longer to make than many
// commands to run.
//
// The grammar is commands itself where no command is named or where all of them are
// needed: for --help, for the page of the manual and for a file of defaults, which
// has flags of several.
func Grammar(commands any, args []string, defaults *Config) (grammar any, settle func()) {
	all := reflect.ValueOf(commands).Elem()
	var fields []reflect.StructField
	var values []reflect.Value
	named := false
	for i := range all.NumField() {
		f := all.Type().Field(i)
		this := isCommand(f) && len(args) > 0 && nameOf(f) == args[0]
		named = named || this
		if this || !isCommand(f) {
			fields, values = append(fields, f), append(values, all.Field(i))
		}
	}
	if !named || args[0] == "man" || defaults.given() || slices.Contains(args, "--help") || slices.Contains(args, "-h") {
		return commands, func() {}
	}
	one := reflect.New(reflect.StructOf(fields))
	for i, v := range values {
		one.Elem().Field(i).Set(v)
	}
	return one.Interface(), func() {
		for i, v := range values {
			v.Set(one.Elem().Field(i))
		}
	}
}

// isCommand reports whether a field of the struct that kong reads is a command.
func isCommand(f reflect.StructField) bool {
	_, ok := f.Tag.Lookup("cmd")
	return ok
}

// nameOf is what the command of a field is called: the one word that is the field's
// name, unless its tag says another.
func nameOf(f reflect.StructField) string {
	if name := f.Tag.Get("name"); name != "" {
		return name
	}
	return strings.ToLower(f.Name)
}
