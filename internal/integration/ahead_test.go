//go:build integration

package integration

import (
	"flag"
	"fmt"
	"path/filepath"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/trialweave/trialweave/internal/test/tools"
)

// installAhead installs, where all tests are run, what most of them need before the
// first runs: side by side, since installing waits for the network, and those of one
// list one after the other. What fails is installed again by the test that needs it,
// which says why.
func installAhead() {
	flag.Parse()
	if run := flag.Lookup("test.run"); run != nil && run.Value.String() != "" {
		return
	}
	var all sync.WaitGroup
	started := time.Now()
	for _, list := range [][]func(testing.TB){
		{func(t testing.TB) { commands(t) }, func(t testing.TB) { oasdiff(t) }, func(t testing.TB) { vacuum(t) }},
		{func(t testing.TB) { spectral(t) }, func(t testing.TB) { node(t) }, func(t testing.TB) { fetcher(t) }, func(t testing.TB) { protocol(t) }, func(t testing.TB) { moreNode(t) }},
		{func(t testing.TB) { python(t) }, func(t testing.TB) { oxigraph(t) }, func(t testing.TB) { matrixPython(t) }, func(t testing.TB) { tablesPython(t) }, func(t testing.TB) { morePython(t) }, func(t testing.TB) { morphKGCPython(t) }},
		{func(t testing.TB) { jenaDir(t) }, func(t testing.TB) { fusekiJar(t) }, func(t testing.TB) { rdf4jWar(t) }},
	} {
		all.Go(func() {
			for _, install := range list {
				var one sync.WaitGroup
				one.Go(func() { install(ahead{}) })
				one.Wait()
			}
		})
	}
	all.Wait()
	fmt.Printf("installed ahead in %.0f s\n", time.Since(started).Seconds())
}

// ahead stands for a test before there is one. What fails ends its goroutine.
type ahead struct{ testing.TB }

func (ahead) Helper() {}

func (ahead) Fatal(...any) { runtime.Goexit() }

func (ahead) Fatalf(string, ...any) { runtime.Goexit() }

var (
	building sync.Mutex
	builtIn  string
)

// commands builds both commands, once for all tests, and returns their folder.
func commands(t testing.TB) string {
	t.Helper()
	building.Lock()
	defer building.Unlock()
	if builtIn == "" {
		dir := filepath.Join(tools.Dir(t), "commands")
		tools.Run(t, tools.Root(t), "go", "build", "-o", dir+string(filepath.Separator), "./cmd/...")
		builtIn = dir
	}
	return builtIn
}

func trialweave(t testing.TB) string {
	t.Helper()
	return filepath.Join(commands(t), "trialweave")
}

func triallint(t testing.TB) string {
	t.Helper()
	return filepath.Join(commands(t), "triallint")
}
