package parallel_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/trialweave/trialweave/parallel"
	"github.com/trialweave/trialweave/study"
)

func open(t testing.TB, text string) *study.Input {
	t.Helper()
	path := filepath.Join(t.TempDir(), "studies.ndjson")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	in, err := study.Open([]string{path}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return in
}

func studies(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, `{"protocolSection":{"identificationModule":{"nctId":"NCT%08d","briefTitle":%q}}}`+"\n", i+1, strings.Repeat("x", i%97))
	}
	return b.String()
}

// ids is a worker that takes the NCT number of each study whose number is even.
func ids() func(int64, study.Record, *string) bool {
	return func(_ int64, r study.Record, id *string) bool {
		var fault error
		if *id, fault = number(r.JSON); fault != nil {
			return false
		}
		return (*id)[10]%2 == 0
	}
}

func number(record []byte) (string, error) {
	id, fault := study.ID(record)
	if fault != nil {
		return "", fault
	}
	return id, nil
}

func TestMapKeepsTheOrder(t *testing.T) {
	const n = 5000
	for _, workers := range []int{1, 3, 16} {
		next := 2
		err := parallel.Map(t.Context(), open(t, studies(n)), parallel.Options{Workers: workers, MaxInFlight: 4096}, ids, func(id *string) error {
			if want := fmt.Sprintf("NCT%08d", next); *id != want {
				return fmt.Errorf("%s, expected %s", *id, want)
			}
			next += 2
			return nil
		})
		if err != nil || next != n+2 {
			t.Errorf("with %d workers: up to study %d, %v", workers, next, err)
		}
	}
}

func TestMapEndsOnAnError(t *testing.T) {
	full := errors.New("disk full")
	seen := 0
	err := parallel.Map(t.Context(), open(t, studies(5000)), parallel.Options{Workers: 4}, ids, func(*string) error {
		if seen++; seen == 100 {
			return full
		}
		return nil
	})
	if !errors.Is(err, full) || seen != 100 {
		t.Errorf("%v after %d studies, expected %v after 100", err, seen, full)
	}
}

func TestMapEndsWithItsContext(t *testing.T) {
	stopped := errors.New("stopped")
	ctx, cancel := context.WithCancelCause(t.Context())
	seen := 0
	err := parallel.Map(ctx, open(t, studies(50000)), parallel.Options{Workers: 4}, ids, func(*string) error {
		if seen++; seen == 10 {
			cancel(stopped)
		}
		return nil
	})
	if !errors.Is(err, stopped) || seen == 25000 {
		t.Errorf("%v after %d studies, expected %v", err, seen, stopped)
	}
}

// TestMapNumbersRecords holds that the numbers grow in the order of the input.
func TestMapNumbersRecords(t *testing.T) {
	last := int64(-1)
	order := func() func(int64, study.Record, *int64) bool {
		return func(n int64, _ study.Record, out *int64) bool { *out = n; return true }
	}
	err := parallel.Map(t.Context(), open(t, studies(3000)), parallel.Options{Workers: 8}, order, func(n *int64) error {
		if *n <= last {
			return fmt.Errorf("%d follows %d", *n, last)
		}
		last = *n
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

// How many modules each study has.
func ExampleMap() {
	in, err := study.Open([]string{"../testdata/sample.json"}, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	modules := func() func(int64, study.Record, *int) bool {
		return func(_ int64, r study.Record, size *int) bool {
			*size = strings.Count(string(r.JSON), "Module")
			return r.Err == nil
		}
	}
	err = parallel.Map(context.Background(), in, parallel.Options{}, modules, func(n *int) error {
		_, err := fmt.Println(*n, "modules")
		return err
	})
	if err != nil {
		fmt.Println(err)
	}
	// Output: 12 modules
}
