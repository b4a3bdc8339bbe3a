package main

import (
	"regexp"
	"strings"
	"testing"

	"github.com/trialweave/trialweave/yamltree"
)

// What init prints is YAML, where the file of the service is, with formats that there
// are.
func TestServices(t *testing.T) {
	formats := regexp.MustCompile(`--format (\S+)`)
	for _, s := range services {
		if s.file != "Jenkinsfile" {
			if _, err := yamltree.Parse(s.file, []byte(s.lines), nil); err != nil {
				t.Errorf("%s: %v", s.file, err)
			}
		}
		for _, m := range formats.FindAllStringSubmatch(s.lines, -1) {
			if _, err := parseOutputs(strings.Split(m[1], ",")); err != nil {
				t.Errorf("%s: %v", s.file, err)
			}
		}
		if !strings.Contains(s.lines, "triallint") {
			t.Errorf("%s: triallint is not called", s.file)
		}
	}
}
