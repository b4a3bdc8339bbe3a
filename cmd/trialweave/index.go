package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"time"

	"github.com/trialweave/trialweave/index"
	"github.com/trialweave/trialweave/input"
	"github.com/trialweave/trialweave/internal/output"
	"github.com/trialweave/trialweave/rdf"
	"github.com/trialweave/trialweave/source"
)

type indexCmd struct {
	Build   indexBuildCmd   `cmd:"" default:"withargs" help:"Make or update an index, a folder that query and serve take."`
	Verify  indexVerifyCmd  `cmd:"" help:"Compare all of an index with its checksums."`
	Compact indexCompactCmd `cmd:"" help:"Make an index that was updated as fast and small as a new one."`
}

type indexBuildCmd struct {
	Inputs  []string `arg:"" name:"INPUT" help:"RDF files, or studies in any form, which are converted on the fly."`
	Output  string   `short:"o" required:"" placeholder:"DIR" help:"The folder of the index. One that is there is replaced, or updated."`
	Update  bool     `short:"u" help:"Keep what the index holds. A graph of the input, such as that of a study, takes the place of the one of its name; what studies share, and what has no graph name, is added."`
	Remove  []string `sep:"none" placeholder:"NCT|IRI" help:"With --update: remove a study, or a graph. Again for more."`
	Text    string   `enum:"auto,on,off" default:"auto" placeholder:"on|off" help:"Index the words of texts, so that tw:matches, CONTAINS and REGEX need not read all of them. Default: on in a new index, and as it is in one that is updated."`
	Compact string   `enum:"auto,off" default:"auto" placeholder:"auto|off" help:"After an update, make one of the newest segments where an index has more than four, a few at a time: most updates write little more than they bring. With off, trialweave index compact does it."`
	Temp    string   `placeholder:"DIR" help:"The folder of what is sorted on the way, about as much as the index. Default: that of the index."`
	From    string   `placeholder:"SYNTAX" help:"The syntax of RDF inputs, where name and content do not say."`
}

// Help tells what an index is good for.
func (indexBuildCmd) Help() string {
	return `An index is a folder of files that are mapped into memory: trialweave query and
serve open it in milliseconds, however big it is. It appears when it is done:
until then, and when this is interrupted or killed, the folder holds what it held
before. Who has it open goes on with what they opened. The model, with concepts
and countries, is part of it.

What is sorted on the way takes about as much room again as the index, in its
folder or in that of --temp.`
}

// indexMemory is where the garbage collector begins to work harder. What is alive
// takes some 500 MB where there are many quads, and 100 bytes for each graph.
const indexMemory = 900 << 20

// Run carries the command out.
func (c *indexBuildCmd) Run(ctx context.Context, std *streams) error {
	if len(c.Remove) > 0 && !c.Update {
		return errors.New("--remove takes out of an index that is there, expected --update with it")
	}
	if os.Getenv("GOMEMLIMIT") == "" {
		defer debug.SetMemoryLimit(debug.SetMemoryLimit(indexMemory))
	}
	if os.Getenv("GOGC") == "" {
		// There is next to no garbage but a few big buffers.
		defer debug.SetGCPercent(debug.SetGCPercent(50))
	}
	started := time.Now()
	w, err := c.begin()
	if err != nil {
		return err
	}
	forget := output.AtAbort(w.Abandon)
	defer forget()
	rejected, err := c.fill(ctx, std, w)
	if err == nil {
		err = merging(std, "merging", func(tell func(done, total int64)) error {
			w.Progress(tell)
			return w.Commit(ctx)
		})
	}
	if err != nil {
		return errors.Join(err, w.Abort())
	}
	if err := c.settle(ctx, std); err != nil {
		return err
	}
	if err := c.tell(std, rejected, time.Since(started)); err != nil {
		return err
	}
	if rejected > 0 {
		return errRejected
	}
	return nil
}

// Values of --text.
const (
	textAuto = "auto"
	textOn   = "on"
	textOff  = "off"
)

func (c *indexBuildCmd) begin() (*index.Writer, error) {
	if !c.Update {
		return index.Create(c.Output)
	}
	var shared []rdf.Term
	for _, g := range [...]string{"shared", "model", "history"} {
		shared = append(shared, rdf.IRI(defaultBase+"graph/"+g))
	}
	return index.Update(c.Output, &index.UpdateOptions{Add: shared})
}

// merging shows how far something is that counts rows.
func merging(std *streams, noun string, do func(tell func(done, total int64)) error) error {
	line := std.progressOf(noun)
	defer line.Clear()
	line.Set(-1, 0, 0)
	if line == nil {
		return do(nil)
	}
	return do(func(done, total int64) { line.Set(-1, done, total) })
}

// settle compacts what updates left, where that pays.
func (c *indexBuildCmd) settle(ctx context.Context, std *streams) error {
	if !c.Update || c.Compact == "off" {
		return nil
	}
	err := merging(std, "compacting", func(tell func(done, total int64)) error {
		_, err := index.Compact(ctx, c.Output, &index.CompactOptions{Newest: true, Temp: c.Temp, Progress: tell})
		return err
	})
	if err != nil {
		return fmt.Errorf("the index was updated, but not compacted: %w\nhint: --compact=off leaves that to trialweave index compact", err)
	}
	return nil
}

func (c *indexBuildCmd) fill(ctx context.Context, std *streams, w *index.Writer) (rejected int64, err error) {
	if c.Text != textAuto {
		if err := w.Text(c.Text == textOn); err != nil {
			return 0, err
		}
	}
	if c.Temp != "" {
		if err := w.Temp(c.Temp); err != nil {
			return 0, err
		}
	}
	for _, name := range c.Remove {
		w.Drop(input.RecordOf(name))
	}
	scope := fmt.Sprintf("w%di", w.Number())
	if rejected, err = fill(ctx, std, c.Inputs, c.From, scope, w, input.PackRDF); err != nil {
		return 0, err
	}
	return rejected, input.AddModel(w)
}

// tell says what the index is now.
func (c *indexBuildCmd) tell(std *streams, rejected int64, took time.Duration) error {
	x, err := index.Open(c.Output)
	if err != nil {
		return err
	}
	defer func() { _ = x.Close() }() // it was only read
	bytes, err := folderSize(c.Output)
	if err != nil {
		return err
	}
	fmt.Fprintf(std.err, "%s in %s, %d rejected, %.1f s; %d MB, %.1f bytes a quad\n",
		countOf(x.Len(), "quad"), countOf(len(x.Graphs()), "graph"), rejected, took.Seconds(), bytes/1e6, float64(bytes)/float64(max(1, x.Len())))
	return nil
}

func folderSize(dir string) (int64, error) {
	entries, err := os.ReadDir(dir)
	var n int64
	for _, e := range entries {
		info, err := os.Stat(filepath.Join(dir, e.Name()))
		if err != nil {
			return 0, err
		}
		n += info.Size()
	}
	return n, err
}

type indexVerifyCmd struct {
	Dir string `arg:"" name:"DIR" help:"The folder of the index."`
}

// Run carries the command out.
func (c *indexVerifyCmd) Run(std *streams) error {
	x, err := index.Open(c.Dir)
	if err != nil {
		return err
	}
	defer func() { _ = x.Close() }() // it was only read
	if err := x.Verify(); err != nil {
		return err
	}
	fmt.Fprintf(std.err, "%s: %d quads, all as they were written\n", source.Visible(c.Dir), x.Len())
	return nil
}

type indexCompactCmd struct {
	Dir  string `arg:"" name:"DIR" help:"The folder of the index."`
	Temp string `placeholder:"DIR" help:"The folder of what is sorted on the way. Default: that of the index."`
	Text string `enum:"auto,on,off" default:"auto" placeholder:"on|off" help:"Add the words of texts to an index that has none, or leave them out. Default: as it is."`
}

// Run carries the command out.
func (c *indexCompactCmd) Run(ctx context.Context, std *streams) error {
	before, err := folderSize(c.Dir)
	if err != nil {
		return err
	}
	o := index.CompactOptions{Temp: c.Temp}
	switch c.Text {
	case textOn:
		o.Text = index.WithText
	case textOff:
		o.Text = index.WithoutText
	}
	err = merging(std, "compacting", func(tell func(done, total int64)) error {
		o.Progress = tell
		_, err := index.Compact(ctx, c.Dir, &o)
		return err
	})
	if err != nil {
		return err
	}
	after, err := folderSize(c.Dir)
	if err != nil {
		return err
	}
	fmt.Fprintf(std.err, "%s: %d MB, before %d MB\n", source.Visible(c.Dir), after/1e6, before/1e6)
	return nil
}
