// Package buildinfo tells which build of a command runs.
package buildinfo

import (
	"runtime/debug"
	"strings"
)

// Version returns the version of the module that the build was stamped with,
// without its "v", or "(devel)".
func Version() string {
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return strings.TrimPrefix(info.Main.Version, "v")
	}
	return "(devel)"
}

// Line returns the version with the commit and the date of the commit, where
// the build knows them, and whether files were changed since.
func Line() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return Version()
	}
	return line(Version(), info.Settings)
}

// Date returns the day of the commit, as 2006-01-02, or nothing where the build
// does not know it.
func Date() string {
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, s := range info.Settings {
			if day, _, ok := strings.Cut(s.Value, "T"); ok && s.Key == "vcs.time" {
				return day
			}
		}
	}
	return ""
}

func line(version string, settings []debug.BuildSetting) string {
	var about []string
	for _, s := range settings {
		switch {
		case s.Key == "vcs.revision":
			about = append(about, "commit "+s.Value[:min(len(s.Value), 12)])
		case s.Key == "vcs.time":
			about = append(about, s.Value)
		case s.Key == "vcs.modified" && s.Value == "true":
			about = append(about, "modified")
		}
	}
	if len(about) == 0 {
		return version
	}
	return version + " (" + strings.Join(about, ", ") + ")"
}
