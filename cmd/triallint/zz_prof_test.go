package main

import (
	"context"
	"io"
	"os"
	"runtime/pprof"
	"testing"
	"strings"
)

func TestZZProf(t *testing.T) {
	file := os.Getenv("PROF_FILE")
	if file == "" {
		t.Skip()
	}
	f, _ := os.Create(os.Getenv("PROF_OUT"))
	pprof.StartCPUProfile(f)
	std := &streams{in: strings.NewReader(""), out: io.Discard, err: os.Stderr}
	run(context.Background(), []string{file}, std)
	pprof.StopCPUProfile()
	f.Close()
	m, _ := os.Create(os.Getenv("PROF_OUT") + ".mem")
	pprof.Lookup("allocs").WriteTo(m, 0)
	m.Close()
}
