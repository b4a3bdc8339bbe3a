package formats

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"github.com/trialweave/trialweave/report"
)

// Fingerprint identifies a finding across edits of its file: it is made of
// the rule, the file, the path and the message, not of lines, so it survives
// that lines move. List indexes in the path are kept: an item that moved is a
// new place.
func Fingerprint(f report.Finding) string {
	h := sha256.New()
	fmt.Fprintf(h, "%q %q %q %q", f.Rule, f.File, f.Path, f.Message)
	return hex.EncodeToString(h.Sum(nil)[:16])
}
