package commandline

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

func TestLog(t *testing.T) {
	said := "sorting…\rtool: warning: odd\ntool: bad \"x\"\nhint: mend it\n3 studies\n  of one\n\n"
	for _, tt := range []struct {
		quiet, json bool
		want        string
	}{
		{false, false, said},
		{true, false, "tool: warning: odd\ntool: bad \"x\"\nhint: mend it\n"},
		{true, true, `warning odd|error bad \"x\"|hint mend it|`},
		{false, true, `warning odd|error bad \"x\"|hint mend it|info 3 studies|info of one|`},
	} {
		if tt.json {
			var b strings.Builder
			for line := range strings.SplitSeq(strings.TrimSuffix(tt.want, "|"), "|") {
				level, message, _ := strings.Cut(line, " ")
				fmt.Fprintf(&b, `{"time":"2026-01-02T03:04:05.006Z","level":"%s","message":"%s"}`+"\n", level, message)
			}
			tt.want = b.String()
		}
		for _, size := range []int{1, 3, 1000} { // however it is cut
			var b strings.Builder
			l := NewLog(&b, "tool")
			l.now = func() time.Time { return time.Date(2026, 1, 2, 3, 4, 5, 6e6, time.UTC) }
			l.Set(tt.quiet, tt.json)
			for rest := said; rest != ""; {
				n := min(size, len(rest))
				if _, err := l.Write([]byte(rest[:n])); err != nil {
					t.Fatal(err)
				}
				rest = rest[n:]
			}
			if b.String() != tt.want {
				t.Errorf("quiet %v, json %v, pieces of %d bytes:\n%s\nexpected\n%s", tt.quiet, tt.json, size, b.String(), tt.want)
			}
		}
	}
}
