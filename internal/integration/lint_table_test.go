//go:build integration

package integration

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/trialweave/trialweave/internal/test/tools"
)

const redoclyVersion = "2.77.0"

// redocly returns Redocly's command.
func redocly(t testing.TB) string {
	t.Helper()
	dir := filepath.Join(tools.Dir(t), "redocly")
	command := filepath.Join(dir, "node_modules", ".bin", "redocly")
	tools.Installed(t, command, func() {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			t.Fatal(err)
		}
		tools.Run(t, dir, "npm", "install", "--no-audit", "--no-fund", "--prefix", dir, "@redocly/cli@"+redoclyVersion)
	})
	return command
}

// TestLintTable prints the CPU seconds and the memory that whole processes of
// triallint and Redocly take for big descriptions, and triallint for schemas
// that share others beside as many that do not: medians of three, side by side.
// It is make bench-lint.
func TestLintTable(t *testing.T) {
	if os.Getenv("TRIALWEAVE_LINT_TABLE") == "" {
		t.Skip("part of make bench-lint")
	}
	triallint := triallint(t)
	other := redocly(t)
	fmt.Printf("%-24s %9s %9s %9s %9s %7s\n", "document", "ours s", "ours MB", "Redocly s", "MB", "ratio")
	for _, file := range bigDescriptions(t) {
		ours, theirs := median(t, triallint, file), median(t, other, "lint", file)
		fmt.Printf("%-24s %9.2f %9d %9.2f %9d %7.2f\n", filepath.Base(file), ours.seconds, ours.megabytes, theirs.seconds, theirs.megabytes, ours.seconds/theirs.seconds)
	}
	fmt.Printf("\n%-24s %9s %9s %7s\n", "schemas", "shared s", "flat s", "ratio")
	for _, shape := range []struct {
		name    string
		n, refs int
	}{{"lattice of 5,000", 5000, 4}, {"clique of 300", 300, 300}} {
		for _, form := range []string{"properties", "allOf"} {
			shared, flat := filepath.Join(t.TempDir(), "shared.json"), filepath.Join(t.TempDir(), "flat.json")
			save(t, shared, sharedSchemas(shape.n, shape.refs, form, true))
			save(t, flat, sharedSchemas(shape.n, shape.refs, form, false))
			a, b := median(t, triallint, shared), median(t, triallint, flat)
			fmt.Printf("%-24s %9.2f %9.2f %7.2f\n", shape.name+" "+form, a.seconds, b.seconds, a.seconds/b.seconds)
		}
	}
}

// taken is what a process took.
type taken struct {
	seconds   float64
	megabytes int64
}

func median(t testing.TB, args ...string) taken {
	t.Helper()
	var all []taken
	for range 3 {
		cmd := exec.CommandContext(t.Context(), args[0], args[1:]...)
		var out bytes.Buffer
		cmd.Stdout, cmd.Stderr = &out, &out
		if err := cmd.Run(); cmd.ProcessState == nil || cmd.ProcessState.ExitCode() > 1 {
			t.Fatalf("%s: %v\n%.2000s", strings.Join(args, " "), err, out.String())
		}
		all = append(all, taken{(cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()).Round(time.Millisecond).Seconds(), cmd.ProcessState.SysUsage().(*syscall.Rusage).Maxrss >> 10})
	}
	slices.SortFunc(all, func(a, b taken) int { return int(1000 * (a.seconds - b.seconds)) })
	return all[len(all)/2]
}

// sharedSchemas makes a description of n schemas, each with so many references:
// to other schemas of them, or all to one that refers to nothing.
func sharedSchemas(n, refs int, form string, shared bool) []byte {
	var b bytes.Buffer
	b.WriteString(`{"openapi": "3.0.3", "info": {"title": "t", "version": "1"}, "paths": {`)
	for i := range 50 {
		fmt.Fprintf(&b, "%s\n"+`"/p%d": {"get": {"responses": {"200": {"description": "d", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/S%05d"}, "example": {"a": 1}}}}}}}`, comma(i), i, i)
	}
	b.WriteString(`}, "components": {"schemas": {`)
	for i := range n {
		opening, closing := `"allOf": [`, "]"
		if form == "properties" {
			opening, closing = `"type": "object", "properties": {`, "}"
		}
		fmt.Fprintf(&b, "%s\n"+`"S%05d": {%s`, comma(i), i, opening)
		for j := range refs {
			to := "Leaf00"
			if shared {
				to = fmt.Sprintf("S%05d", min(i+j+1, n))
				if refs == n {
					to = fmt.Sprintf("S%05d", j)
				}
			}
			name := ""
			if form == "properties" {
				name = fmt.Sprintf(`"p%d": `, j)
			}
			fmt.Fprintf(&b, `%s%s{"$ref": "#/components/schemas/%s"}`, comma(j), name, to)
		}
		b.WriteString(closing + "}")
	}
	fmt.Fprintf(&b, `, "Leaf00": {"type": "object"}, "S%05d": {"type": "object"}}}}`, n)
	return b.Bytes()
}

func comma(i int) string {
	if i == 0 {
		return ""
	}
	return ","
}
