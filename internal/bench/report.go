package main

import (
	"fmt"
	"io"
	"slices"
)

// report prints what was measured as tables of Markdown.
func report(w io.Writer, results, small, memory []measured) {
	fmt.Fprintf(w, "| what | MB of study JSON per CPU second | CPU s | wall s | peak memory |\n|---|---|---|---|---|\n")
	for i := range results {
		m := &results[i]
		fmt.Fprintf(w, "| %s | %.1f | %.2f | %.2f | %d MB |\n", m.name, m.rate(), m.cpu.Seconds(), m.wall.Seconds(), m.peak/1e6)
	}
	fmt.Fprintf(w, "\n| ratio | measured | asked for |\n|---|---|---|\n")
	for _, r := range ratios {
		a, b := find(results, r.of), find(results, r.to)
		if a != nil && b != nil {
			fmt.Fprintf(w, "| %s : %s | %.2f | %s |\n", r.of, r.to, r.value(a, b), r.asked)
		}
	}
	for _, m := range small {
		fmt.Fprintf(w, "| %s | %.1f ms wall, %.1f ms CPU | |\n", m.name, m.wall.Seconds()*1e3, m.cpu.Seconds()*1e3)
	}
	for _, m := range memory {
		fmt.Fprintf(w, "| peak memory at %s | %d MB | under 200, and within 20 of each other |\n", m.name, m.peak/1e6)
	}
}

func find(results []measured, name string) *measured {
	i := slices.IndexFunc(results, func(m measured) bool { return m.name == name })
	if i < 0 {
		return nil
	}
	return &results[i]
}

// ratio compares two tasks.
type ratio struct {
	of, to, asked string
	value         func(a, b *measured) float64
}

func rates(a, b *measured) float64 { return a.rate() / b.rate() }

// walls is how much longer the second takes by the clock.
func walls(a, b *measured) float64 { return b.wall.Seconds() / a.wall.Seconds() }

// cpus is how much CPU the first takes for that of the second.
func cpus(a, b *measured) float64 { return a.cpu.Seconds() / b.cpu.Seconds() }

var ratios = []ratio{
	{compiled, goldPlain, "at least 100", rates},
	{compiled, jsonldJS, "at least 80", rates},
	{compiled, bareTokens, "at least 0.4", rates},
	{compiled, pythonLoads, "at least 1.5", rates},
	{compiled, pyldName, "", rates},
	{compiled, oxigraphName, "", rates},
	{compiled, riotName, "", rates},
	{compiled, titaniumName, "", rates},
	{fromZIP, bareUnzip, "at least 0.5", rates},
	{toZstd, fromZIP, "at least 0.6", rates},
	{toGzip, fromZIP, "", rates},
	{toIndex, toFile, "at least 0.5", rates},
	{toJelly, toFile, "at most 0.75 of the CPU", cpus},
	{toFindings, fromZIP, "at most 1.35 of the CPU", cpus},
	{compiledTwo, compiledOne, "at least 1.7 by the clock", walls},
}
