package main

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"html"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/trialweave/trialweave/internal/test/pages"
	"github.com/trialweave/trialweave/mapping/model"
)

// The dataset that the pages of questions are answered on.
const theCohort = "sample -n 500 --seed 7 -o cohort.zip"

// questionParameters are those by which a question finds something in the dataset.
var questionParameters = map[string]string{
	"01": "-p disease=D002318 -p country=POL",
	"32": "-p day=2022-01-01",
	"33": "-p day=2022-01-01",
	"11": "-p one=D002318 -p other=D007154",
}

// questionNotes are what a page says beside the answer.
var questionNotes = map[string]string{
	"01": "D002318 are cardiovascular diseases, in MeSH; the answer has every kind of them.",
	"08": laterNote, "32": laterNote, "33": laterNote,
	"09": "Synthetic studies post every registered primary outcome, so the answer is empty. Some of 391 real studies with results lack one.",
	"11": "D002318 are cardiovascular diseases, D007154 those of the immune system.",
}

const laterNote = "A download has one version of each study. Here the second version is made of the first by another measure and a later day."

// drawn are the questions whose answer is drawn: the column of the labels and that of
// the numbers.
var drawn = map[string][2]string{
	"04": {"name", "stopped"}, "06": {"class", "meanDays"}, "07": {"cc", "trials"}, "20": {"phase", "meanMonths"},
}

// TestQuestionPages holds that the pages of the bundled questions have the answers
// that the command gives.
func TestQuestionPages(t *testing.T) {
	const folder = "../../docs/how-tos/questions"
	dir := t.TempDir()
	to, err := filepath.Abs(folder)
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(dir)
	printed(t, theCohort)
	printed(t, "index cohort.zip -o cohort.index --quiet")
	var list strings.Builder
	list.WriteString(`# Questions

Each of the questions that ` + "`trialweave`" + ` carries, with its answer on 500 synthetic studies, which ` + "`trialweave " + theCohort + "`" + ` makes, the same everywhere. ` + "`trialweave model queries`" + ` lists them with their parameters, and ` + "`trialweave model query NAME`" + ` prints one, to begin another from.

| | question |
|---|---|
`)
	for _, q := range model.Queries() {
		number, title := q.Name[:2], questionTitle(q)
		fmt.Fprintf(&list, "| [%s](%s.md) | %s |\n", title, q.Name, strings.ReplaceAll(q.Question(), "|", `\|`))
		picture := ""
		if columns, ok := drawn[number]; ok {
			svg := chart(t, printed(t, "query "+number+" cohort.index --format csv"), columns)
			pages.Compare(t, filepath.Join(to, q.Name+".svg"), svg, *update)
			picture = fmt.Sprintf("![%s by %s](%s.svg)\n\n", columns[1], columns[0], q.Name)
		}
		pages.Compare(t, filepath.Join(to, q.Name+".md"), questionPage(t, q, title, picture), *update)
	}
	pages.Compare(t, filepath.Join(to, "README.md"), list.String(), *update)
}

func questionTitle(q model.Query) string {
	return "Question " + q.Name[:2] + ": " + strings.ReplaceAll(q.Name[3:], "-", " ")
}

// questionPage is the page of a question.
func questionPage(t *testing.T, q model.Query, title, picture string) string {
	number := q.Name[:2]
	input, made := "cohort", "$ trialweave "+theCohort+"\n"
	if flags, ok := ofVersions[number]; ok {
		input, made = "versions.nq", "$ trialweave sample -n 3 --seed 7 -o first.ndjson\n$ sed '"+laterVersion+"' first.ndjson > second.ndjson\n$ trialweave convert "+flags+" first.ndjson second.ndjson -o versions.nq\n"
		versions(t, flags)
	}
	args := strings.TrimRight("query "+number+" "+input+" "+questionParameters[number], " ")
	asked := strings.Replace(args, " cohort", " cohort.index", 1)
	answer := printed(t, asked)
	lines := strings.SplitAfter(answer, "\n")
	if len(lines) > 13 {
		answer = strings.Join(lines[:12], "") + "...\n"
	}
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\n\n%s\n\n", title, q.Question())
	if note := questionNotes[number]; note != "" {
		b.WriteString(note + "\n\n")
	}
	fmt.Fprintf(&b, "```console\n%s$ trialweave %s\n%s```\n\n%s", made, strings.Replace(args, " cohort", " cohort.zip", 1), answer, picture)
	if p := q.Parameters(); len(p) > 0 {
		fmt.Fprintf(&b, "`-p` changes %s.\n\n", "`"+strings.Join(p, "`, `")+"`")
	}
	python := fmt.Sprintf("rows = trialweave.query(%q, %q)", number, strings.Replace(input, "cohort", "cohort.zip", 1))
	if p := questionParameters[number]; p != "" {
		var params []string
		for _, m := range regexp.MustCompile(`-p (\w+)=(\S+)`).FindAllStringSubmatch(p, -1) {
			params = append(params, fmt.Sprintf("%q: %q", m[1], m[2]))
		}
		python = strings.TrimSuffix(python, ")") + ", params={" + strings.Join(params, ", ") + "})"
	}
	fmt.Fprintf(&b, "In Python, with the [module](../packages.md#from-python):\n\n```python\nimport trialweave\n\n%s\n```\n\nThe query, after its prefixes:\n\n```sparql\n%s\n```\n\nThe same of [tables](../../reference/tables.md), in the SQL of DuckDB, which `trialweave model sql %s` prints:\n\n```sql\n%s```\n", python, strings.TrimSpace(withoutPrefixes(q.SPARQL)), number, q.SQL)
	return b.String()
}

func withoutPrefixes(query string) string {
	return regexp.MustCompile(`(?m)^(PREFIX|#).*\n`).ReplaceAllString(query, "")
}

// laterVersion is what sed makes a later version of the first study by.
const laterVersion = "s/Time to first event/Time to any event/g; s/2021-08-20/2022-08-20/g"

// ofVersions are the questions about versions of studies, with the flags by which
// these are converted.
var ofVersions = map[string]string{"08": "--history", "32": "--history", "33": "--history --statements"}

// versions writes versions.nq, as the pages of questions about versions do.
func versions(t *testing.T, flags string) {
	t.Helper()
	printed(t, "sample -n 3 --seed 7 -o first.ndjson")
	first, err := os.ReadFile("first.ndjson")
	if err != nil {
		t.Fatal(err)
	}
	var pairs []string
	for command := range strings.SplitSeq(laterVersion, "; ") {
		parts := strings.Split(command, "/")
		pairs = append(pairs, parts[1], parts[2])
	}
	if err := os.WriteFile("second.ndjson", []byte(strings.NewReplacer(pairs...).Replace(string(first))), 0o644); err != nil {
		t.Fatal(err)
	}
	printed(t, "convert --quiet "+flags+" first.ndjson second.ndjson -o versions.nq")
}

// printed runs a command and returns what it prints.
func printed(t *testing.T, args string) string {
	t.Helper()
	return runWith(t, strings.Fields(args)...)
}

func runWith(t *testing.T, args ...string) string {
	t.Helper()
	var out, errs bytes.Buffer
	std := &streams{in: strings.NewReader(""), out: &out, err: &errs, engine: newEngine}
	if status := run(context.Background(), args, std); status != 0 {
		t.Fatalf("%s: exit %d: %s", args, status, &errs)
	}
	return out.String()
}

// chart draws the first rows of an answer as bars.
func chart(t *testing.T, answer string, columns [2]string) string {
	t.Helper()
	rows, err := csv.NewReader(strings.NewReader(answer)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	label, number := -1, -1
	for i, name := range rows[0] {
		switch name {
		case columns[0]:
			label = i
		case columns[1]:
			number = i
		}
	}
	if label < 0 || number < 0 {
		t.Fatalf("the answer has %q, expected %q", rows[0], columns)
	}
	rows = rows[1:min(len(rows), 16)]
	most := 0.0
	values := make([]float64, len(rows))
	for i, row := range rows {
		if values[i], err = strconv.ParseFloat(row[number], 64); err != nil {
			t.Fatal(err)
		}
		most = max(most, values[i])
	}
	var b strings.Builder
	height := 20*len(rows) + 8
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 %d" font-family="sans-serif" font-size="12" role="img">`+"\n<rect width=\"640\" height=\"%d\" fill=\"#fff\"/>\n", height, height)
	for i, row := range rows {
		name := row[label][strings.LastIndexByte(row[label], '/')+1:]
		y := 20*i + 6
		width := 300 * values[i] / max(most, 1)
		fmt.Fprintf(&b, `<text x="270" y="%d" text-anchor="end">%s</text><rect x="278" y="%d" width="%.1f" height="14" fill="#1f6f8b"/><text x="%.1f" y="%d">%s</text>`+"\n",
			y+12, html.EscapeString(name), y, width, 284+width, y+12, strconv.FormatFloat(values[i], 'f', -1, 64)[:min(6, len(strconv.FormatFloat(values[i], 'f', -1, 64)))])
	}
	b.WriteString("</svg>\n")
	return b.String()
}
