package lint

import (
	"runtime"
	"time"
)

// task is a rule with a document, ready to be run.
type task struct {
	id  string
	run func() error
}

// taskResult is how a task ended.
type taskResult struct {
	done bool
	err  error
}

// runTasks runs the tasks of one document, as many at a time as there are
// processors. The result of a task that did not end within the limit has done
// unset; that task may still be running.
func runTasks(tasks []task, limit time.Duration) map[string]taskResult {
	type ended struct {
		id     string
		result taskResult
	}
	results := make(chan ended, len(tasks))
	slots := make(chan struct{}, runtime.GOMAXPROCS(0))
	for _, t := range tasks {
		slots <- struct{}{}
		go func() {
			defer func() { <-slots }()
			results <- ended{t.id, runTask(t, limit)}
		}()
	}
	out := make(map[string]taskResult, len(tasks))
	for range tasks {
		e := <-results
		out[e.id] = e.result
	}
	return out
}

// runTask runs a task and waits for it at most as long as the limit.
func runTask(t task, limit time.Duration) taskResult {
	done := make(chan error, 1)
	go func() { done <- t.run() }()
	timer := time.NewTimer(limit)
	defer timer.Stop()
	select {
	case err := <-done:
		return taskResult{true, err}
	case <-timer.C:
		return taskResult{}
	}
}
