package durable_test

import (
	"errors"
	"path/filepath"
	"slices"
	"testing"

	"github.com/trialweave/trialweave/internal/durable"
)

func TestMake(t *testing.T) {
	dir := t.TempDir()
	inner := filepath.Join(dir, "a", "b")
	var synced []string
	note := func(above string) error {
		synced = append(synced, above)
		return nil
	}
	if err := durable.Make(inner, note); err != nil || !slices.Equal(synced, []string{dir, filepath.Join(dir, "a")}) {
		t.Errorf("synced %q, %v", synced, err)
	}
	if err := durable.Make(inner, note); err != nil || len(synced) != 2 {
		t.Errorf("again: synced %q, %v", synced, err)
	}
	broken := errors.New("broken")
	if err := durable.Make(filepath.Join(dir, "c"), func(string) error { return broken }); !errors.Is(err, broken) {
		t.Errorf("%v, expected the error of sync", err)
	}
	if err := durable.Sync(dir); err != nil {
		t.Error(err)
	}
}
