package index_test

import (
	"errors"
	"fmt"
	"hash/crc32"
	"os"
	"path/filepath"
	"testing"

	"github.com/trialweave/trialweave/index"
)

func TestOpenOtherVersion(t *testing.T) {
	for _, format := range []int{1, 99} {
		dir := t.TempDir()
		text := fmt.Sprintf(`{"format":%d,"next":2,"segments":[]}`, format)
		sum := crc32.Checksum([]byte(text), crc32.MakeTable(crc32.Castagnoli))
		if err := os.WriteFile(filepath.Join(dir, "manifest"), fmt.Appendf(nil, "%s\ncrc32c %08x\n", text, sum), 0o644); err != nil {
			t.Fatal(err)
		}
		_, opened := index.Open(dir)
		_, updated := index.Update(dir, nil)
		for _, err := range []error{opened, updated} {
			if at, ok := errors.AsType[*index.FormatError](err); !ok || at.Format != format || at.Dir != dir {
				t.Errorf("version %d: %v", format, err)
			}
		}
	}
}
