package store_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/trialweave/trialweave/store"
)

// TestJournalWithoutSecrets: neither the name nor the text of a journal has the
// token of an address, and another token leads to the same journal.
func TestJournalWithoutSecrets(t *testing.T) {
	const secret = "s3cr3t-Value"
	folder := t.TempDir()
	for _, address := range []string{"http://h/u?token=%s", "http://h/u?a=1&api_key=%s", "http://h/u?sig=%s", "http://h/u?%%74oken=%s"} {
		for _, token := range []string{secret, "another"} {
			target, err := store.ParseTarget("update:" + fmt.Sprintf(address, token))
			if err != nil {
				t.Fatal(err)
			}
			j, err := store.OpenJournal(folder, target)
			if err != nil {
				t.Fatal(err)
			}
			if err := j.Close(); err != nil {
				t.Fatal(err)
			}
		}
	}
	files, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	journals := 0
	for _, f := range files {
		text, err := os.ReadFile(filepath.Join(folder, f.Name()))
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(f.Name()+string(text), secret) {
			t.Errorf("%s: %q", f.Name(), text)
		}
		if filepath.Ext(f.Name()) == ".journal" {
			journals++
		}
	}
	if journals != 4 {
		t.Errorf("%d journals, expected one of each address", journals)
	}
}
