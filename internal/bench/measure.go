package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"syscall"
	"time"
)

// task is a command line to be measured.
type task struct {
	name string
	args []string
	// bytes is how much study JSON it goes through.
	bytes int64
	dir   string
	// finds says that the exit status 1 is that of findings.
	finds bool
	// out takes the standard output; nil throws it away.
	out io.Writer
}

// cost is what a process took.
type cost struct {
	cpu, wall time.Duration
	peak      int64 // of memory, in bytes
}

// once runs a task.
func (t *task) once() (cost, error) {
	cmd := exec.Command(t.args[0], t.args[1:]...)
	var complaint bytes.Buffer
	cmd.Stderr, cmd.Dir = &complaint, t.dir
	null, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		return cost{}, err
	}
	defer null.Close()
	cmd.Stdout = null
	if t.out != nil {
		cmd.Stdout = t.out
	}
	start := time.Now()
	if err := cmd.Run(); err != nil && (!t.finds || cmd.ProcessState == nil || cmd.ProcessState.ExitCode() != 1) {
		return cost{}, fmt.Errorf("%s: %w: %s", t.name, err, bytes.TrimSpace(complaint.Bytes()))
	}
	c := cost{wall: time.Since(start), cpu: cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()}
	if usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
		c.peak = usage.Maxrss << 10 // Linux counts kibibytes
	}
	return c, nil
}

// measured is the median cost of a task.
type measured struct {
	task
	cost
}

// rate is megabytes of study JSON for each CPU second.
func (m *measured) rate() float64 { return float64(m.bytes) / 1e6 / m.cpu.Seconds() }

// measure runs all tasks in turn, several times over, so that what else the
// machine does falls on all of them alike.
func measure(tasks []task, runs int) ([]measured, error) {
	costs := make([][]cost, len(tasks))
	for range runs {
		for i := range tasks {
			c, err := tasks[i].once()
			if err != nil {
				return nil, err
			}
			fmt.Fprintf(os.Stderr, "%s: %.2f CPU s\n", tasks[i].name, c.cpu.Seconds())
			costs[i] = append(costs[i], c)
		}
	}
	var out []measured
	for i, t := range tasks {
		out = append(out, measured{t, cost{
			cpu:  median(costs[i], func(c cost) time.Duration { return c.cpu }),
			wall: median(costs[i], func(c cost) time.Duration { return c.wall }),
			peak: median(costs[i], func(c cost) int64 { return c.peak }),
		}})
	}
	return out, nil
}

func median[T int64 | time.Duration](costs []cost, of func(cost) T) T {
	var all []T
	for _, c := range costs {
		all = append(all, of(c))
	}
	slices.Sort(all)
	return all[len(all)/2]
}
