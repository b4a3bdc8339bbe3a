package formats_test

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/trialweave/trialweave/report"
	"github.com/trialweave/trialweave/report/formats"
)

// sarifSchema finds the schema of SARIF 2.1.0 (OASIS) in the module cache: the
// module github.com/securego/gosec/v2 carries it among its test data.
func sarifSchema(t *testing.T) string {
	t.Helper()
	out, err := exec.Command("go", "env", "GOMODCACHE").Output()
	if err != nil {
		t.Skip("there is no go command: SARIF was not validated")
	}
	found, _ := filepath.Glob(filepath.Join(strings.TrimSpace(string(out)), "github.com/securego/gosec/v2@*/report/sarif/testdata/sarif-schema-2.1.0.json"))
	if len(found) == 0 {
		t.Skip("SARIF was not validated: its schema is not in the module cache; go mod download github.com/securego/gosec/v2@v2.29.0 puts it there")
	}
	return found[0]
}

func TestSARIFIsValid(t *testing.T) {
	f, err := os.Open(sarifSchema(t))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	schema, err := jsonschema.UnmarshalJSON(f)
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource("mem:///sarif.json", schema); err != nil {
		t.Fatal(err)
	}
	compiled, err := c.Compile("mem:///sarif.json")
	if err != nil {
		t.Fatal(err)
	}
	full, opts := sample()
	for name, r := range map[string]*report.Report{"full": full, "empty": {}} {
		var b bytes.Buffer
		if err := formats.Write(&b, formats.SARIF, r, opts); err != nil {
			t.Fatal(err)
		}
		value, err := jsonschema.UnmarshalJSON(&b)
		if err != nil {
			t.Fatal(err)
		}
		if err := compiled.Validate(value); err != nil {
			t.Errorf("%s report: %v", name, err)
		}
	}
}

// TestSARIFHasWhatServicesRequire holds what GitHub and Azure require beyond
// the schema.
func TestSARIFHasWhatServicesRequire(t *testing.T) {
	full, opts := sample()
	var b bytes.Buffer
	if err := formats.Write(&b, formats.SARIF, full, opts); err != nil {
		t.Fatal(err)
	}
	var log struct {
		Runs []struct {
			AutomationDetails struct{ ID string }
			Tool              struct {
				Driver struct {
					Name, FullName, Version string
					Rules                   []struct {
						ID, Name                                string
						ShortDescription, FullDescription, Help struct{ Text string }
					}
				}
			}
		}
	}
	if err := json.Unmarshal(b.Bytes(), &log); err != nil {
		t.Fatal(err)
	}
	run := log.Runs[0]
	driver := run.Tool.Driver
	if run.AutomationDetails.ID == "" || driver.Name == "" || driver.FullName == "" || driver.Version == "" || len(driver.Rules) == 0 {
		t.Errorf("the run lacks something: %+v", run)
	}
	for _, rule := range driver.Rules {
		if rule.Name == "" || rule.Name == rule.ID && strings.Contains(rule.ID, "-") || rule.ShortDescription.Text == "" || rule.FullDescription.Text == "" || rule.Help.Text == "" {
			t.Errorf("rule %s lacks something: %+v", rule.ID, rule)
		}
	}
}
