package capabilities

import _ "embed"

//go:embed clinical-trials-gov.yaml
var bundled []byte

// Bundled returns the text of the bundled file: the capabilities of
// ClinicalTrials.gov.
func Bundled() []byte { return append([]byte(nil), bundled...) }
