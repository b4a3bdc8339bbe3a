package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// plan says what to measure.
type plan struct {
	all, memory bool
	forms       bool
	runs, share int
	input, dir  string

	self, command          string // this program, and trialweave
	lines, sample, context string
	annotated              string
	lineBytes, sampleBytes int64
}

const realStudies = "../shared/data/ctg-studies-visible.json.zip"

func (p *plan) run() error {
	if err := p.prepare(); err != nil {
		return err
	}
	if p.forms {
		return p.measureForms(os.Stdout)
	}
	tasks, err := p.tasks()
	if err != nil {
		return err
	}
	results, err := measure(tasks, p.runs)
	if err != nil {
		return err
	}
	small, err := measure(p.smallTasks(), max(p.runs, 9))
	if err != nil {
		return err
	}
	var memory []measured
	if p.memory {
		if memory, err = p.measureMemory(); err != nil {
			return err
		}
	}
	report(os.Stdout, results, small, memory)
	if err := p.measureSizes(os.Stdout); err != nil {
		return err
	}
	return p.measureForms(os.Stdout)
}

// prepare builds the programs and the corpora.
func (p *plan) prepare() error {
	var err error
	if p.dir, err = filepath.Abs(p.dir); err != nil {
		return err
	}
	if err := os.MkdirAll(p.dir, 0o755); err != nil {
		return err
	}
	p.self, p.command = filepath.Join(p.dir, "bench"), filepath.Join(p.dir, "trialweave")
	for path, pkg := range map[string]string{p.self: "./internal/bench", p.command: "./cmd/trialweave"} {
		if err := shell("go", "build", "-o", path, pkg); err != nil {
			return err
		}
	}
	if p.input == "" {
		p.input = realStudies
		if _, err := os.Stat(p.input); err != nil {
			p.input = filepath.Join(p.dir, "generated.zip")
			if err := writeCorpus(p.input, 100e6); err != nil {
				return err
			}
		}
	}
	return p.unpack()
}

// unpack writes the corpus as lines, a sample of it, and the sample annotated.
func (p *plan) unpack() error {
	p.lines, p.sample = filepath.Join(p.dir, "studies.ndjson"), filepath.Join(p.dir, "sample.ndjson")
	if err := unzip(p.input, p.lines, p.sample, p.share); err != nil {
		return err
	}
	p.annotated, p.context = filepath.Join(p.dir, "annotated.ndjson"), filepath.Join(p.dir, "context.jsonld")
	if err := shell(p.command, "annotate", p.sample, "--ndjson", "--context-mode", "none", "-o", p.annotated); err != nil {
		return err
	}
	if err := shell(p.command, "model", "context", "-o", p.context); err != nil {
		return err
	}
	var err error
	if p.lineBytes, err = size(p.lines); err != nil {
		return err
	}
	p.sampleBytes, err = size(p.sample)
	return err
}

func size(path string) (int64, error) {
	info, err := os.Stat(path)
	if err != nil {
		return 0, err
	}
	return info.Size(), nil
}

func shell(args ...string) error {
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Stderr = os.Stderr
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("%v: %w", args, err)
	}
	return nil
}

// The names of the tasks that others are compared with.
const (
	compiled     = "trialweave, NDJSON to N-Quads"
	compiledOne  = "the same, one worker"
	compiledTwo  = "the same, two workers"
	fromZIP      = "trialweave, ZIP to N-Quads"
	toZstd       = "trialweave, ZIP to .nq.zst"
	toGzip       = "trialweave, ZIP to .nq.gz"
	toFile       = "trialweave, ZIP to a file of N-Quads"
	toJelly      = "trialweave, ZIP to a file of Jelly"
	toIndex      = "trialweave, ZIP to an index"
	toFindings   = "trialweave, validate of a ZIP"
	bareTokens   = "jsontext, tokens alone"
	bareUnzip    = "klauspost, unzipping alone"
	pythonLoads  = "Python json.loads alone"
	goldPlain    = "json-gold 0.9.1"
	jsonldJS     = "jsonld.js 9.0.0"
	startUp      = "start-up"
	oneStudy     = "one study"
	oneQuestion  = "one question of the index"
	hundredMB    = "100 MB"
	oneGB        = "1 GB"
	pyldName     = "pyld 2.0.3"
	oxigraphName = "oxigraph (pyoxigraph)"
	riotName     = "Apache Jena riot 5.2.0"
	titaniumName = "titanium-json-ld 1.4.1"
)

func (p *plan) tasks() ([]task, error) {
	convert := func(name, input string, more ...string) task {
		return task{name: name, args: append([]string{p.command, "convert", input}, more...), bytes: p.lineBytes}
	}
	tasks := []task{
		convert(compiled, p.lines), convert(compiledOne, p.lines, "--workers", "1"), convert(compiledTwo, p.lines, "--workers", "2"),
		convert(fromZIP, p.input), convert(toZstd, p.input, "-o", filepath.Join(p.dir, "out.nq.zst")),
		convert(toGzip, p.input, "-o", filepath.Join(p.dir, "out.nq.gz")),
		convert(toFile, p.input, "-o", p.quads()), convert(toJelly, p.input, "-o", p.jelly()),
		{name: toFindings, args: []string{p.command, "validate", p.input}, bytes: p.lineBytes, finds: true},
		{name: toIndex, args: []string{p.command, "index", p.input, "-o", p.index()}, bytes: p.lineBytes},
		{name: bareTokens, args: []string{p.self, "limit", "tokens", p.lines}, bytes: p.lineBytes},
		{name: bareUnzip, args: []string{p.self, "limit", "unzip", p.input}, bytes: p.lineBytes},
		{name: goldPlain, args: []string{p.self, "limit", "json-gold", p.annotated, p.context}, bytes: p.sampleBytes},
	}
	peers, err := p.peers()
	return append(tasks, peers...), err
}

func (p *plan) index() string { return filepath.Join(p.dir, "index") }
func (p *plan) quads() string { return filepath.Join(p.dir, "out.nq") }
func (p *plan) jelly() string { return filepath.Join(p.dir, "out.jelly") }

// smallTasks are those that take no time worth counting in CPU seconds.
func (p *plan) smallTasks() []task {
	return []task{
		{name: startUp, args: []string{p.command, "version"}},
		{name: oneStudy, args: []string{p.command, "convert", filepath.Join("testdata", "sample.json")}},
		{name: oneQuestion, args: []string{p.command, "query", "01", p.index()}},
	}
}

// measureMemory converts generated corpora of two sizes.
func (p *plan) measureMemory() ([]measured, error) {
	var tasks []task
	for _, c := range []struct {
		name string
		size int64
	}{{hundredMB, 100e6}, {oneGB, 1e9}} {
		path := filepath.Join(p.dir, fmt.Sprintf("generated-%d.ndjson", c.size))
		if err := writeCorpus(path, c.size); err != nil {
			return nil, err
		}
		tasks = append(tasks, task{name: c.name, args: []string{p.command, "convert", path}, bytes: c.size})
	}
	return measure(tasks, min(p.runs, 3))
}
