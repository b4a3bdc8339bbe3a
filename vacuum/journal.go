//go:build !novacuum && !lean

package vacuum

import (
	"context"
	"fmt"
	"log/slog"
	"sync"

	"github.com/trialweave/trialweave/lint"
)

// journal is the log of a run of vacuum's, in which alone it says that a rule
// took too long.
type journal struct {
	lock   sync.Mutex
	failed []lint.EngineFailure
	panic  error
	// examples are the rules that compare examples with schemas, which the log
	// does not name.
	examples []string
}

func (j *journal) logger() *slog.Logger { return slog.New(handler{j}) }

// panicked notes the panic of a rule.
func (j *journal) panicked(p any) {
	j.lock.Lock()
	defer j.lock.Unlock()
	j.panic = fmt.Errorf("vacuum failed: %v", p)
}

func (j *journal) err() error {
	j.lock.Lock()
	defer j.lock.Unlock()
	return j.panic
}

func (j *journal) failures() []lint.EngineFailure {
	j.lock.Lock()
	defer j.lock.Unlock()
	return append([]lint.EngineFailure(nil), j.failed...)
}

// handler takes what is logged about rules that did not run.
type handler struct{ *journal }

// Enabled reports whether a level is of interest.
func (handler) Enabled(_ context.Context, level slog.Level) bool { return level >= slog.LevelWarn }

// Handle takes a record.
func (h handler) Handle(_ context.Context, r slog.Record) error {
	values := map[string]string{}
	r.Attrs(func(a slog.Attr) bool {
		values[a.Key] = a.Value.String()
		return true
	})
	names := []string{values["rule"]}
	var why string
	switch r.Message {
	case "ExamplesSchema validation timeout":
		names, why = h.examples, "vacuum compares examples for "+values["timeout"]+" only, and was not done"
	case "ExamplesSchema validation panic":
		names, why = h.examples, "vacuum failed on an example: "+values["error"]
	case "Rule timed out, skipping":
		why = "the rule took longer than " + values["timeout"]
	case "alias expansion error in rule":
		why = "vacuum cannot write its aliases out: " + values["error"]
	case "Rule does not exist, ignoring it":
		why = "vacuum has no rule of this name, and passes over it"
	case "Unable to decode rule":
		why = "vacuum cannot read the rule: " + values["error"]
	default:
		return nil
	}
	h.lock.Lock()
	defer h.lock.Unlock()
	for _, name := range names {
		h.failed = append(h.failed, lint.EngineFailure{Rule: name, Why: why})
	}
	return nil
}

// WithAttrs returns the handler: no attributes are kept.
func (h handler) WithAttrs([]slog.Attr) slog.Handler { return h }

// WithGroup returns the handler: groups are not kept.
func (h handler) WithGroup(string) slog.Handler { return h }
