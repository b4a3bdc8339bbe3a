// Package buildinfo tells which build of a command runs.
package buildinfo

import (
	"runtime/debug"
	"slices"
	"strings"
)

// stamp is what a build of packages says of itself, whose folder may be no checkout:
// the version, the commit and its time, separated by spaces.
var stamp string

// Version returns the version of the module that the build was stamped with,
// without its "v", or "(devel)".
func Version() string {
	if version, _, _ := strings.Cut(stamp, " "); version != "" {
		return version
	}
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return strings.TrimPrefix(info.Main.Version, "v")
	}
	return "(devel)"
}

// Line returns the version with the commit and the date of the commit, where
// the build knows them, whether files were changed since, and the build tags.
func Line() string {
	return line(Version(), settings())
}

// Date returns the day of the commit, as 2006-01-02, or nothing where the build
// does not know it.
func Date() string {
	for _, s := range settings() {
		if day, _, ok := strings.Cut(s.Value, "T"); ok && s.Key == "vcs.time" {
			return day
		}
	}
	return ""
}

// settings are those of the build; what is stamped comes before what Go knows.
func settings() []debug.BuildSetting {
	var known []debug.BuildSetting
	if info, ok := debug.ReadBuildInfo(); ok {
		known = info.Settings
	}
	if stamped := strings.Fields(stamp); len(stamped) == 3 {
		known = slices.DeleteFunc(slices.Clone(known), func(s debug.BuildSetting) bool { return strings.HasPrefix(s.Key, "vcs") })
		known = append(known, debug.BuildSetting{Key: "vcs.revision", Value: stamped[1]}, debug.BuildSetting{Key: "vcs.time", Value: stamped[2]})
	}
	return known
}

func line(version string, settings []debug.BuildSetting) string {
	var about []string
	tags := ""
	for _, s := range settings {
		switch {
		case s.Key == "vcs.revision":
			about = append(about, "commit "+s.Value[:min(len(s.Value), 12)])
		case s.Key == "vcs.time":
			about = append(about, s.Value)
		case s.Key == "vcs.modified" && s.Value == "true":
			about = append(about, "modified")
		case s.Key == "-tags":
			tags = s.Value
		}
	}
	if tags != "" { // they say what was left out
		about = append(about, "-tags "+tags)
	}
	if len(about) == 0 {
		return version
	}
	return version + " (" + strings.Join(about, ", ") + ")"
}
