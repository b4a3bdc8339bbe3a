package main

import (
	"context"
	"fmt"
	"strconv"
	"strings"
)

type syncCmd struct {
	storeFlags
	Inputs       []string `arg:"" name:"INPUT" help:"All studies as they are now: a newer bulk ZIP, a folder, or any other form."`
	Keep         bool     `help:"Keep studies that the input does not have. By default they are withdrawn from the store."`
	MaxWithdrawn string   `default:"5%" placeholder:"PERCENT" help:"How many of the studies may be withdrawn at once; more is taken for an incomplete input. Default: 5 percent, and always ten."`
	AllowEmpty   bool     `help:"Let an input without a study that the store has withdraw all of them, within --max-withdrawn."`
	Recount      bool     `help:"Count the studies in the store first, and send those again that are not whole. Virtuoso and RDF4J Server, which may lose a part when they are killed, are always counted."`
	modelFlags
}

// Help tells what is compared with what.
func (syncCmd) Help() string {
	return `The input is converted, and each study compared with what the journal knows of
the store, and the journal with what the store itself says. Only graphs of
studies that are new or changed are sent, each replaced whole; those of studies
that the input does not have are removed, and from the shared graph what no study
uses any more. The day of the registry's data, which changes in every record
every day, is no change. Whatever ends a sync, it can be run again.`
}

// Run carries the command out.
func (c *syncCmd) Run(ctx context.Context, std *streams) error {
	run := storeRun{storeFlags: &c.storeFlags, modelFlags: &c.modelFlags, inputs: c.Inputs}
	percent, err := strconv.ParseFloat(strings.TrimSuffix(c.MaxWithdrawn, "%"), 64)
	if err != nil || percent < 0 || percent > 100 {
		return fmt.Errorf("--max-withdrawn %q, expected a part such as 5%%", c.MaxWithdrawn)
	}
	run.options.Changed, run.options.Keep, run.options.Recount = true, c.Keep, c.Recount
	run.options.MostWithdrawn, run.options.AllowEmpty = percent/100, c.AllowEmpty
	return run.carryOut(ctx, std)
}
