package main

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"

	"github.com/alecthomas/kong"

	"github.com/trialweave/trialweave/registry"
)

// fetchParameters are the parameters of a search as flags, made from the
// description of the API.
type fetchParameters struct {
	kong.Plugins
}

// searchFlags makes a struct with a field for each parameter; kong reads flags
// out of its tags.
func searchFlags() kong.Plugins {
	var fields []reflect.StructField
	for i, p := range registry.SearchParameters() {
		if !asFlag(p.Name) {
			continue
		}
		tag := fmt.Sprintf("name:%s help:%s placeholder:%s group:%s",
			strconv.Quote(p.Name), strconv.Quote(flagHelp(p)), strconv.Quote(flagPlaceholder(p)), strconv.Quote("Search parameters, as the API has them"))
		fields = append(fields, reflect.StructField{Name: "P" + strconv.Itoa(i), Type: reflect.TypeFor[string](), Tag: reflect.StructTag(tag)})
	}
	return kong.Plugins{reflect.New(reflect.StructOf(fields)).Interface()}
}

// asFlag leaves out what fetching sets itself, and what is a flag already.
func asFlag(name string) bool {
	return name != "format" && name != "pageToken" && name != "countTotal"
}

func flagHelp(p registry.Parameter) string {
	help := strings.ReplaceAll(p.Description, "$", "$$")
	if p.Example != "" {
		help += " Such as " + strings.ReplaceAll(p.Example, "$", "$$") + "."
	}
	return help
}

func flagPlaceholder(p registry.Parameter) string {
	switch {
	case p.Type == "integer":
		return "N"
	case p.List:
		return "VALUE,..."
	case p.Enum != nil:
		return strings.Join(p.Enum, "|")
	}
	return "TEXT"
}

// given returns the parameters that the command line has.
func (f *fetchParameters) given() map[string]string {
	out := map[string]string{}
	for _, plugin := range f.Plugins {
		v := reflect.ValueOf(plugin).Elem()
		for i := range v.NumField() {
			if text := v.Field(i).String(); text != "" {
				out[v.Type().Field(i).Tag.Get("name")] = text
			}
		}
	}
	return out
}
