package payload

import (
	"embed"

	"github.com/trialweave/trialweave/report"
)

//go:embed examples/*.txtar
var examples embed.FS

// Example returns files with which a check has a finding, and the same without: a
// description and records, each a txtar archive, in which a line such as
// "-- ships.yml --" begins a file. The schema is Ship.
func Example(id string) (bad, good string) { return report.Example(examples, id) }
