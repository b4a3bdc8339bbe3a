package buildinfo

import (
	"runtime/debug"
	"strings"
	"testing"
)

func TestLine(t *testing.T) {
	settings := []debug.BuildSetting{
		{Key: "-tags", Value: "novacuum,lean"}, {Key: "vcs", Value: "git"}, {Key: "vcs.revision", Value: "0123456789abcdef0123"},
		{Key: "vcs.time", Value: "2026-11-29T20:00:00Z"}, {Key: "vcs.modified", Value: "true"},
	}
	for want, of := range map[string][]debug.BuildSetting{
		"1.2.3": nil,
		"1.2.3 (commit 0123456789ab, 2026-11-29T20:00:00Z)":                                settings[1:4],
		"1.2.3 (commit 0123456789ab, 2026-11-29T20:00:00Z, modified)":                      settings[1:],
		"1.2.3 (commit 0123456789ab, 2026-11-29T20:00:00Z, modified, -tags novacuum,lean)": settings,
	} {
		if got := line("1.2.3", of); got != want {
			t.Errorf("%s, expected %s", got, want)
		}
	}
}

func TestStamp(t *testing.T) {
	defer func() { stamp = "" }()
	stamp = "1.2.3 0123456789abcdef0123 2026-11-29T20:00:00Z"
	if got := Date() + ", " + Line(); !strings.HasPrefix(got, "2026-11-29, 1.2.3 (commit 0123456789ab, 2026-11-29T20:00:00Z") { // tags may follow
		t.Error(got)
	}
}
