// Command generate counts what the studies of a ZIP, one JSON file each, consist of,
// and prints the table that package sample draws from:
//
//	go run ./sample/generate STUDIES.zip > sample/counts.tsv
//
// A row is a stratum, a path, what is counted, a value, and how often. Values are
// lengths, sizes and years in classes, codes of the registry's lists, ages, countries
// and headings of MeSH; no other text of a record is looked at but for its length.
// Values of fewer than three studies are left out.
package main

import (
	"archive/zip"
	"bufio"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/trialweave/trialweave/mapping/model"
)

// least is how many studies a value has to occur in, fewest how many a stratum has to
// have.
const (
	least  = 3
	fewest = 25
)

type key struct{ stratum, path, what, value string }

type counts struct {
	n       map[key]int
	studies map[key]int // of values: how many studies have it
	seen    map[key]bool
	stratum string
	last    string // day of the data
}

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: generate STUDIES.zip")
		os.Exit(2)
	}
	c := &counts{n: map[key]int{}, studies: map[key]int{}}
	if err := c.zip(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "generate:", err)
		os.Exit(1)
	}
	if err := c.write(os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "generate:", err)
		os.Exit(1)
	}
}

func (c *counts) zip(name string) error {
	z, err := zip.OpenReader(name)
	if err != nil {
		return err
	}
	defer z.Close()
	for _, f := range z.File {
		if !strings.HasSuffix(f.Name, ".json") {
			continue
		}
		r, err := f.Open()
		if err != nil {
			return err
		}
		var record map[string]any
		d := json.NewDecoder(r)
		d.UseNumber()
		if err := errors.Join(d.Decode(&record), r.Close()); err != nil {
			return fmt.Errorf("%s: %w", f.Name, err)
		}
		c.study(record)
	}
	return nil
}

// at returns what a record has at a path without lists.
func at(record any, path string) any {
	for key := range strings.SplitSeq(path, ".") {
		m, ok := record.(map[string]any)
		if !ok {
			return nil
		}
		record = m[key]
	}
	return record
}

func text(v any) string {
	s, _ := v.(string)
	return s
}

func (c *counts) study(record map[string]any) {
	kind := text(at(record, "protocolSection.designModule.studyType"))
	if kind == "" {
		return
	}
	c.stratum = kind[:1]
	if record["hasResults"] == true {
		c.stratum += "+"
	}
	c.seen = map[key]bool{}
	c.add("", "studies", "")
	for _, f := range model.Default().Root.Children {
		if f.Key != "derivedSection" {
			c.field(f, record)
		}
	}
	c.last = max(c.last, text(at(record, "derivedSection.miscInfoModule.versionHolder")))
	c.together(record)
	c.mesh(record, "condition")
	c.mesh(record, "intervention")
}

func (c *counts) add(path, what, value string) {
	k := key{c.stratum, path, what, value}
	c.n[k]++
	if !c.seen[k] {
		c.seen[k] = true
		c.studies[k]++
	}
}

func (c *counts) field(f *model.Field, parent map[string]any) {
	v, ok := parent[f.Key]
	if !ok {
		return
	}
	c.add(f.Path, "there", "")
	items, list := v.([]any)
	if list {
		c.add(f.Path, "items", class(float64(len(items))))
	} else {
		items = []any{v}
	}
	for _, item := range items {
		if m, ok := item.(map[string]any); ok {
			c.add(f.Path, "objects", "")
			for _, child := range f.Children {
				c.field(child, m)
			}
			continue
		}
		c.value(f, item)
	}
}

// value counts a scalar by its class, or by itself where it is of a closed list.
func (c *counts) value(f *model.Field, v any) {
	switch v := v.(type) {
	case bool:
		c.add(f.Path, "value", strconv.FormatBool(v))
	case json.Number:
		if n, err := v.Float64(); err == nil && f.Kind == model.Integer {
			c.add(f.Path, "size", class(n))
		}
	case string:
		switch {
		case f.Kind == model.Enum, f.Kind == model.Age, f.Path == "protocolSection.contactsLocationsModule.locations.country":
			c.add(f.Path, "value", v)
		case f.Kind == model.Text, f.Kind == model.Markup:
			c.add(f.Path, "length", class(float64(utf8.RuneCountInString(v))))
		case f.Kind == model.PartialDate:
			c.add(f.Path, "length", strconv.Itoa(len(v)))
		}
	}
}

// class is the class of a number: itself up to 4, and then the least number of its
// half octave.
func class(n float64) string {
	if n <= 4 {
		return strconv.Itoa(int(max(n, 0)))
	}
	low := 4.0
	for low*2 <= n {
		low *= 2
	}
	if low*1.5 <= n {
		low *= 1.5
	}
	return strconv.Itoa(int(low))
}

// together counts what depends on each other.
func (c *counts) together(record map[string]any) {
	const status = "protocolSection.statusModule."
	start, end := day(record, "startDateStruct"), day(record, "completionDateStruct")
	year := "none"
	if !start.IsZero() {
		year = strconv.Itoa(start.Year())
	}
	c.add("", "status and year", text(at(record, status+"overallStatus"))+" "+year)
	if !start.IsZero() && end.After(start) {
		c.add("", "months", class(end.Sub(start).Hours()/24/30.44))
	}
	if posted, err := time.Parse(time.DateOnly, text(at(record, status+"studyFirstSubmitDate"))); err == nil && !start.IsZero() {
		months := int(posted.Sub(start).Hours() / 24 / 30.44)
		c.add("", "months until submitted", strconv.Itoa(min(max(months, -24), 60)))
	}
}

func day(record map[string]any, name string) time.Time {
	s := text(at(record, "protocolSection.statusModule."+name+".date"))
	for _, layout := range []string{time.DateOnly, "2006-01"} {
		if t, err := time.Parse(layout, s); err == nil {
			return t
		}
	}
	return time.Time{}
}

// mesh counts headings, with their ancestors where a study has one heading alone.
func (c *counts) mesh(record map[string]any, of string) {
	stratum := c.stratum
	defer func() { c.stratum = stratum }()
	c.stratum = "*"
	meshes, _ := at(record, "derivedSection."+of+"BrowseModule.meshes").([]any)
	for _, m := range meshes {
		c.add("", of, heading(m))
	}
	if len(meshes) != 1 {
		return
	}
	if of == "intervention" {
		given, _ := at(record, "protocolSection.armsInterventionsModule.interventions").([]any)
		for _, g := range given {
			c.add("", "kind", heading(meshes[0])+"|"+text(at(g, "type")))
		}
	}
	ancestors, _ := at(record, "derivedSection."+of+"BrowseModule.ancestors").([]any)
	for _, a := range ancestors {
		c.add("", of+" above", heading(meshes[0])+"|"+heading(a))
	}
}

func heading(v any) string { return text(at(v, "id")) + " " + text(at(v, "term")) }

// write prints the rows, sorted.
func (c *counts) write(w io.Writer) error {
	rows := []key{{"*", "", "day", c.last}}
	c.n[rows[0]] = 1
	for k := range c.n {
		if c.n[key{k.stratum, "", "studies", ""}] < fewest && k.stratum != "*" || k == rows[0] {
			continue
		}
		if k.what == "value" && c.studies[k] < least || k.stratum == "*" && c.studies[k] < 2*least {
			continue
		}
		rows = append(rows, k)
	}
	slices.SortFunc(rows, func(a, b key) int {
		return cmp.Or(cmp.Compare(a.stratum, b.stratum), cmp.Compare(a.path, b.path), cmp.Compare(a.what, b.what), cmp.Compare(a.value, b.value))
	})
	b := bufio.NewWriter(w)
	for _, k := range rows {
		fmt.Fprintf(b, "%s\t%s\t%s\t%s\t%d\n", k.stratum, k.path, k.what, k.value, c.n[k])
	}
	return b.Flush()
}
