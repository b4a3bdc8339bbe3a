package commandline

import (
	"bytes"
	"testing"
	"time"
)

func TestProgress(t *testing.T) {
	var out bytes.Buffer
	p := NewProgress(&out, true, "records")
	now := p.started
	p.now = func() time.Time { return now }
	for _, step := range []struct {
		after              time.Duration
		count, done, total int64
		want               string
	}{
		{0, 1, 10, 1000, "\r  1 %  1 records\x1b[K\r"},
		{50 * time.Millisecond, 2, 20, 1000, ""}, // too soon
		{10 * time.Second, 50, 100, 1000, "\r 10 %  50 records, 1m30s left\x1b[K\r"},
		{20 * time.Second, 900, 2000, 1000, "\r100 %  900 records, 0s left\x1b[K\r"},
		{30 * time.Second, 900, 0, 0, "\r900 records\x1b[K\r"},
		{40 * time.Second, -1, 0, 0, "\rrecords\x1b[K\r"},
	} {
		out.Reset()
		now = p.started.Add(step.after)
		p.Set(step.count, step.done, step.total)
		if out.String() != step.want {
			t.Errorf("after %v: %q, expected %q", step.after, &out, step.want)
		}
	}
	out.Reset()
	p.Clear()
	p.Clear()
	if out.String() != "\r\x1b[K" {
		t.Errorf("cleared by %q", &out)
	}
	none := NewProgress(&out, false, "records")
	none.Set(1, 1, 1)
	none.Clear()
	if out.String() != "\r\x1b[K" {
		t.Errorf("shown where there is no terminal: %q", &out)
	}
}
