package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"runtime/debug"
	"strings"
	"time"

	"github.com/trialweave/trialweave/convert"
	"github.com/trialweave/trialweave/internal/output"
	"github.com/trialweave/trialweave/mapping"
	"github.com/trialweave/trialweave/mapping/model"
	"github.com/trialweave/trialweave/rdf"
	"github.com/trialweave/trialweave/source"
	"github.com/trialweave/trialweave/study"
)

type convertCmd struct {
	Inputs []string    `arg:"" optional:"" name:"INPUT" help:"Files, folders and ZIPs of studies, compressed or not; - is standard input."`
	Output string      `short:"o" default:"-" placeholder:"FILE|-" help:"Where to write; .gz and .zst compress. Default: standard output."`
	Format string      `enum:",nquads,ntriples,turtle,trig,jelly,jsonld,parquet" default:"" help:"nquads, ntriples, turtle, trig, jelly, jsonld, or parquet: a folder of tables, one for each class. Default: by the output's name, else nquads."`
	Form   string      `enum:"annotated,expanded,compacted" default:"annotated" help:"Of JSON-LD: annotated (the record itself, with what makes it linked data), expanded or compacted; one document for the whole run."`
	Split  output.Size `placeholder:"SIZE" help:"Write N-Quads in numbered parts of about SIZE, such as 512MB, for parallel loaders; -o DIR/ says where."`
	Engine string      `enum:"compiled,json-gold" default:"compiled" help:"What converts: compiled, or json-gold, the reference, which is some hundred times slower. They write the same lines."`
	modelFlags
	directionFlags
	shardFlags
	History    bool   `help:"Versions of records: a graph for each, named by the day of its last update post, and links from each version to the one before."`
	Statements bool   `help:"Annotate each statement with where it comes from, in RDF 1.2: tw:from is the JSON Pointer of the value in the record, prov:wasDerivedFrom the version. With --history, one graph for each study says from which version to which each statement held."`
	Workers    int    `help:"Goroutines that convert. Default: one for each processor."`
	Rejects    string `placeholder:"FILE" help:"Where rejected records go, as NDJSON that convert reads again."`
	OnError    string `enum:"skip,stop" default:"skip" help:"What a rejected record does to the run: skip or stop."`
}

// Run carries the command out.
func (c *convertCmd) Run(ctx context.Context, std *streams) error {
	switch {
	case c.Plan != "":
		return c.shard(ctx, std)
	case c.Shard != "" || c.CheckInputs:
		return errors.New("--shard and --check-inputs require --plan FILE")
	case len(c.Inputs) == 0:
		return errors.New("no input, expected files, folders or ZIPs of studies, - or api:QUERY")
	}
	in, err := std.open(c.Inputs)
	if err != nil {
		return err
	}
	_, err = c.run(ctx, std, in)
	return err
}

// run converts an input.
func (c *convertCmd) run(ctx context.Context, std *streams, in *study.Input) (convert.Summary, error) {
	var none convert.Summary
	options, err := c.options()
	if err != nil {
		return none, err
	}
	options.History, options.Statements = c.History, c.Statements
	options.Directions = c.directions()
	if err := c.annotatable(); err != nil {
		return none, err
	}
	if c.Format == "" && strings.HasSuffix(strings.TrimSuffix(c.Output, "/"), ".parquet") {
		return none, fmt.Errorf("-o %s names a table, but studies are several tables, expected --format parquet with -o DIR, or another name", c.Output)
	}
	if c.Format == parquetFormat && c.Statements {
		return none, errors.New("--statements annotates triples, which tables do not have, expected another format than parquet")
	}
	if c.format() == rdf.RDFXML {
		return none, fmt.Errorf("-o %s is RDF/XML, which cannot say all characters of records, expected another syntax\nhint: trialweave format writes it", c.Output)
	}
	if c.History && c.isJSONLD() {
		return none, errors.New("--history writes links between graphs at the end, expected another format than jsonld")
	}
	engine, err := std.engine(options)
	if err != nil {
		return none, err
	}
	if !c.isJSONLD() {
		noteDirections(std, options, "--rdf 1.2 or --rdf-direction")
	}
	if err := apart(c.Inputs, c.Output, c.Rejects); err != nil {
		return none, err
	}
	if c.Engine == "compiled" && !engine.compiled() {
		fmt.Fprintln(std.err, "trialweave: note: a context of your own takes a JSON-LD processor: json-gold converts")
		c.Engine = "json-gold"
	}
	files, err := c.create(std)
	if err != nil {
		return none, err
	}
	defer files.abort()
	return c.convert(ctx, std, in, engine, files, options)
}

// annotatable says what has no statements to annotate.
func (c *convertCmd) annotatable() error {
	switch {
	case !c.Statements:
	case c.isJSONLD():
		return errors.New("--statements writes triple terms, which JSON-LD does not have, expected another format than jsonld")
	case c.Engine != "compiled":
		return errors.New("--statements needs the places of values, which json-gold does not tell, expected --engine compiled")
	case c.Profile != "full" || c.Context != "":
		return errors.New("--statements annotates what the bundled context says of a whole record, expected no --profile core and no --context")
	}
	return nil
}

// file is an output.File, or several parts.
type file interface {
	io.Writer
	Commit() error
	Abort()
}

// outputs are the files that a run writes.
type outputs struct {
	main    file
	rejects *output.File
}

func (c *convertCmd) create(std *streams) (*outputs, error) {
	if c.Workers <= 0 {
		c.Workers = runtime.GOMAXPROCS(0)
	}
	main, err := c.createMain(std)
	if err != nil || c.Rejects == "" {
		return &outputs{main: main}, err
	}
	rejects, err := output.Create(c.Rejects, std.out, 1)
	if err != nil {
		main.Abort()
		return nil, err
	}
	return &outputs{main, rejects}, nil
}

// parquetFormat is the format of tables, which a build with -tags lean lacks.
const parquetFormat = "parquet"

func (c *convertCmd) createMain(std *streams) (file, error) {
	if c.Format == parquetFormat {
		return c.createTables()
	}
	if c.Split == 0 {
		if strings.HasSuffix(c.Output, "/") {
			return nil, fmt.Errorf("-o %q is a folder, expected --split with it, or a file", c.Output)
		}
		return output.Create(c.Output, std.out, c.Workers)
	}
	if c.format() != rdf.NQuads || c.isJSONLD() {
		return nil, fmt.Errorf("--split cuts %s, expected --format nquads, which can be cut after any line", c.format())
	}
	return output.CreateParts(c.Output, int64(c.Split), c.Workers)
}

func (o *outputs) abort() {
	o.main.Abort()
	if o.rejects != nil {
		o.rejects.Abort()
	}
}

// commit gives the rejected records their place, and the main output where there
// is something in it.
func (o *outputs) commit(main bool) error {
	if o.rejects != nil {
		if err := o.rejects.Commit(); err != nil {
			return err
		}
	}
	if !main {
		return nil
	}
	return o.main.Commit()
}

func (c *convertCmd) convert(ctx context.Context, std *streams, in *study.Input, e engine, files *outputs, model *mapping.Options) (convert.Summary, error) {
	run, done, err := c.door(ctx, e, files.main)
	if err != nil {
		return convert.Summary{}, err
	}
	defer done()
	started := time.Now()
	bar := newProgress(std, in)
	faults := faultPrinter{std: std, bar: bar, stop: c.OnError == "stop", rejects: c.Rejects}
	validated := c.Engine == "compiled" && !c.isJSONLD()
	if validated && os.Getenv("GOGC") == "" && c.format() != rdf.Jelly {
		// The compiled engine leaves next to no garbage but a few big buffers; batches
		// leave some more.
		defer debug.SetGCPercent(debug.SetGCPercent(50))
	}
	options := &convert.Options{Workers: c.Workers, OnReject: faults.reject, OnRecord: bar.record, Validated: validated, Pieces: validated && c.format() == rdf.NQuads}
	if files.rejects != nil {
		options.Rejects = files.rejects
	}
	if c.History {
		options.HistoryGraph = model.HistoryGraph()
	}
	summary, err := run(in, options)
	bar.finish()
	faults.finish()
	if err != nil {
		return summary, err
	}
	none := allRejected(summary.Studies, summary.Rejected)
	if c.Plan != "" { // other parts have studies
		none = nil
	}
	if err := files.commit(none == nil); err != nil {
		return summary, err
	}
	if c.isJSONLD() {
		summary.Quads = -1
	}
	summarize(std.err, summary, in, model.Reduced(), time.Since(started))
	reportUnmapped(std.err, in.NotCarried())
	summarizeNotes(std.err, in)
	if none == nil && summary.Rejected > 0 {
		return summary, errRejected
	}
	return summary, none
}

// reportUnmapped names fields that a source has no place for; what it does not
// say is not in the output.
func reportUnmapped(w io.Writer, paths []string) {
	if len(paths) == 0 {
		return
	}
	const few = 3
	var names []string
	for _, path := range paths[:min(few, len(paths))] {
		names = append(names, path[strings.LastIndexByte(path, '.')+1:])
	}
	fmt.Fprintf(w, "  not carried by AACT: %d fields, such as %s; docs/reference/sources.md lists them\n", len(paths), strings.Join(names, ", "))
}

// door returns what makes of studies what goes into a file; done is called after it.
func (c *convertCmd) door(ctx context.Context, e engine, w file) (run func(*study.Input, *convert.Options) (convert.Summary, error), done func(), err error) {
	converter := func() convert.Converter { return e.converter(c.Engine == "json-gold") }
	done = func() {}
	if folder, ok := w.(*tableFolder); ok {
		return func(in *study.Input, o *convert.Options) (convert.Summary, error) {
			return folder.fill(ctx, in, converter, o)
		}, done, nil
	}
	if c.format() == rdf.Jelly && !c.isJSONLD() && !(c.History && c.Statements) {
		return func(in *study.Input, o *convert.Options) (convert.Summary, error) {
			return convert.RunJelly(ctx, in, converter, w, c.writing(), o)
		}, done, nil
	}
	var sink convert.Sink
	var timeline *convert.Timeline
	if c.isJSONLD() {
		var frame mapping.Frame
		frame, converter, err = e.form(mapping.Form(c.Form))
		sink = convert.NewDocumentSink(w, frame)
	} else {
		sink, err = convert.NewSink(w, c.format(), c.writing())
	}
	if err == nil && c.History && c.Statements {
		var spool convert.Spool
		if spool, done, err = createSpool(); err == nil {
			timeline = convert.NewTimeline(ctx, sink, spool)
			sink = timeline
		}
	}
	return func(in *study.Input, o *convert.Options) (convert.Summary, error) {
		summary, err := convert.Run(ctx, in, converter, sink, o)
		if timeline != nil {
			summary.Quads += timeline.Difference()
		}
		return summary, err
	}, done, err
}

// writing says how quads are written. Statements are RDF 1.2.
func (c *convertCmd) writing() *rdf.WriteOptions {
	options := rdf.WriteOptions{Prefixes: mapping.Prefixes()}
	if c.Statements || c.RDF == "1.2" {
		options.Version = rdf.RDF12
	}
	return &options
}

func (c *convertCmd) isJSONLD() bool {
	name := strings.TrimSuffix(strings.TrimSuffix(c.Output, ".gz"), ".zst")
	return c.Format == "jsonld" || c.Format == "" && strings.HasSuffix(name, ".jsonld")
}

func (c *convertCmd) format() rdf.Format {
	f := rdf.FormatByName(c.Format)
	if c.Format == "" {
		f = rdf.FormatByFile(c.Output)
	}
	if f == rdf.UnknownFormat {
		return rdf.NQuads
	}
	return f
}

// apart refuses an output that is one of the inputs.
func apart(inputs []string, outputs ...string) error {
	for i, path := range outputs {
		for _, other := range outputs[:i] {
			if sameOutput(path, other) {
				return fmt.Errorf("%q is written twice, expected two files", path)
			}
		}
		to, err := os.Stat(path)
		if err != nil {
			continue // it is not there yet
		}
		for _, input := range inputs {
			if from, err := os.Stat(input); err == nil && os.SameFile(from, to) {
				return fmt.Errorf("%q is an input, expected another file to write to", path)
			}
		}
	}
	return nil
}

// sameOutput reports whether two outputs are one file, which may not be there
// yet.
func sameOutput(a, b string) bool {
	if a == "" || b == "" || a == "-" || b == "-" {
		return a != "" && a == b
	}
	x, errX := os.Stat(a)
	y, errY := os.Stat(b)
	if errX == nil && errY == nil {
		return os.SameFile(x, y) && x.Mode().IsRegular()
	}
	return output.Target(a) == output.Target(b)
}

// faultPrinter prints the first rejected records and counts the others.
type faultPrinter struct {
	std     *streams
	bar     *progress
	stop    bool
	rejects string
	n       int
}

const maxFaults = 10

func (f *faultPrinter) reject(e *source.Error) error {
	if f.stop {
		return e
	}
	if f.n++; f.n <= maxFaults {
		f.bar.clear()
		f.std.complain(e)
	}
	return nil
}

func (f *faultPrinter) finish() {
	if more := f.n - maxFaults; more > 0 {
		where := "--rejects FILE keeps them"
		if f.rejects != "" {
			where = "see " + f.rejects
		}
		fmt.Fprintf(f.std.err, "trialweave: … and %d more (%s)\n", more, where)
	}
}

// summarize tells what a run came to; quads that were not counted are negative.
func summarize(w io.Writer, s convert.Summary, in *study.Input, reduced bool, took time.Duration) {
	quads := ""
	if s.Quads >= 0 {
		quads = countOf(s.Quads, "quad") + ", "
	}
	studies, paths := "studies", "paths"
	if s.Studies == 1 {
		studies = "study"
	}
	if len(s.Unknown) == 1 {
		paths = "path"
	}
	fmt.Fprintf(w, "%d %s, %s%d rejected, %d unknown %s, %.1f s\n",
		s.Studies, studies, quads, s.Rejected, len(s.Unknown), paths, took.Seconds())
	summarizeUnknown(w, s)
	if s.CommaNumbers > 0 {
		fmt.Fprintf(w, "  %d values with a comma got no number: it may be a decimal comma\n", s.CommaNumbers)
	}
	if s.Mixed > 0 {
		what := "sites and outcomes are"
		if s.Mixed == 1 {
			what = "site or outcome is"
		}
		fmt.Fprintf(w, "  %d %s kept as text: the parts cannot be told apart\n", s.Mixed, what)
	}
	summarizeSkipped(w, in)
	summarizeAgain(w, s)
	if s.Repeated > 0 {
		fmt.Fprintf(w, "  %s of a version that was there before, and left out\n", recordsAre(s.Repeated))
	}
	if s.Differing > 0 {
		fmt.Fprintf(w, "  %s of a day that another version is of, and says something else: only the first of a day has a graph\n", ofThemAre(s.Differing))
	}
	for i, left := range s.LeftOut {
		if i == mostTold {
			fmt.Fprintf(w, "    … and %d more\n", s.Differing-mostTold)
			break
		}
		fmt.Fprintf(w, "    left out: %s at %s\n", left.Graph[strings.LastIndexByte(left.Graph, '/')+1:], left.Position)
	}
	for _, path := range model.VersionDates() {
		if n := s.OtherDates[path]; n > 0 {
			fmt.Fprintf(w, "  %s by %s, for want of the day of a last update post\n", versionsAre(n), path)
		}
	}
	if s.Revisions > 0 {
		fmt.Fprintf(w, "  revisions of another version: %d\n", s.Revisions)
	}
	if reduced {
		fmt.Fprintln(w, "  reduced: flags left out a part of what the records say")
	}
}

// summarizeAgain tells of records that were left out for one before them.
func summarizeAgain(w io.Writer, s convert.Summary) {
	if s.Again > 0 {
		fmt.Fprintf(w, "  %s of a study that was there before, and left out: the first one counts\n", recordsAre(s.Again))
	}
	if s.Later > 0 {
		fmt.Fprintf(w, "  %s later than the one that counts: name the newest input first, or keep versions apart with convert --history\n", ofThemAre(s.Later))
	}
}

func ofThemAre(n int64) string {
	if n == 1 {
		return "1 of them is"
	}
	return fmt.Sprintf("%d of them are", n)
}

// summarizeNotes tells what an input does not have or does not say.
func summarizeNotes(w io.Writer, in *study.Input) {
	for _, note := range in.Notes() {
		fmt.Fprintf(w, "  %s\n", note)
	}
}

// summarizeSkipped names files in which there is no study, so that an answer that
// is an error page does not pass for a study that does not exist.
func summarizeSkipped(w io.Writer, in *study.Input) {
	without, hidden := in.Skipped()
	if without > 0 {
		names := in.WithoutStudies()
		for i := range names {
			names[i] = source.Visible(names[i])
		}
		more := ""
		if without > int64(len(names)) {
			more = fmt.Sprintf(" and %d more", without-int64(len(names)))
		}
		files := "files"
		if without == 1 {
			files = "file"
		}
		fmt.Fprintf(w, "  %d %s skipped, without study data: %s%s\n", without, files, strings.Join(names, ", "), more)
	}
	if hidden > 0 {
		fmt.Fprintf(w, "  hidden files skipped: %d\n", hidden)
	}
}

func recordsAre(n int64) string {
	if n == 1 {
		return "1 record is"
	}
	return fmt.Sprintf("%d records are", n)
}

func versionsAre(n int64) string {
	if n == 1 {
		return "1 version is dated"
	}
	return fmt.Sprintf("%d versions are dated", n)
}

// summarizeUnknown lists the paths and codes that the model does not know.
func summarizeUnknown(w io.Writer, s convert.Summary) {
	for i, u := range s.Unknown {
		if i == mostTold {
			fmt.Fprintf(w, "  … and %d more unknown paths\n", len(s.Unknown)-mostTold)
			break
		}
		fmt.Fprintf(w, "  unknown path %s: %s, as in %s\n", source.Visible(u.Path), times(u.Count), source.Visible(example(u)))
	}
	summarizeCodes(w, s.UnknownCodes)
	summarizeInvalid(w, s.Invalid)
}

func times(n int64) string {
	if n == 1 {
		return "once"
	}
	return fmt.Sprintf("%d times", n)
}

// summarizeInvalid lists the values that are carried as they are although they
// are not what their fields hold.
func summarizeInvalid(w io.Writer, values []convert.InvalidValue) {
	for i, v := range values {
		if i == mostTold {
			fmt.Fprintf(w, "  … and %d more invalid values\n", len(values)-mostTold)
			break
		}
		shown := example(convert.UnknownPath{Unknown: v.Unknown})
		fmt.Fprintf(w, "  invalid %s %s at %s, %s: kept as it is\n", v.Kind, source.Visible(shown), v.Path, times(v.Count))
	}
}

// mostTold is how many unknown paths and codes a summary lists.
const mostTold = 20

// summarizeCodes lists the codes that the model's schemes do not have; they
// are in the output as they were served.
func summarizeCodes(w io.Writer, codes []convert.UnknownPath) {
	for i, u := range codes {
		if i == mostTold {
			fmt.Fprintf(w, "  … and %d more unknown codes\n", len(codes)-mostTold)
			return
		}
		fmt.Fprintf(w, "  unknown code %s at %s: %s\n", source.Visible(u.Example), u.Path, times(u.Count))
	}
}

// example shows what stood at an unknown path, but nothing of a person.
func example(u convert.UnknownPath) string {
	path := strings.ToLower(u.Path)
	for _, about := range [...]string{"contact", "official", "investigator"} {
		if strings.Contains(path[strings.LastIndex(path, "module")+1:], about) {
			return "(not shown: it may name a person)"
		}
	}
	return u.Example
}
