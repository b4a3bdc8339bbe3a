package main

import (
	"encoding/json"
	"fmt"
	"os"
	"sync"
	"time"

	"github.com/trialweave/trialweave/internal/redact"
	"github.com/trialweave/trialweave/sparql"
)

// loggedQuery is a line of the query log.
type loggedQuery struct {
	Time         string  `json:"time"`
	Dataset      string  `json:"dataset,omitempty"`
	Milliseconds float64 `json:"ms"`
	Status       int     `json:"status"`
	Rows         int     `json:"rows"`
	Problem      string  `json:"problem,omitempty"`
	Graph        string  `json:"graph,omitempty"`
	Query        string  `json:"query,omitempty"`
}

// mostLogged is how many bytes of a query are logged.
const mostLogged = 64 << 10

// log has queries noted in a file, if one is given; the result closes it. Nothing
// is noted of who asks, nor of headers; user names and passwords in addresses are
// left out.
func (c *serveCmd) log(std *streams, who *sparql.HandlerOptions) (end func(), err error) {
	if c.Log == "" {
		return func() {}, nil
	}
	f, err := os.OpenFile(c.Log, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	var lock sync.Mutex
	failed := false
	who.Log = func(q sparql.QueryRecord) {
		line, err := json.Marshal(loggedQuery{
			q.Time.UTC().Format("2006-01-02T15:04:05.000Z"), q.Dataset, float64(q.Duration.Round(10*time.Microsecond)) / float64(time.Millisecond),
			q.Status, q.Rows, redact.Text(q.Problem), redact.Text(q.Graph), redact.Text(q.Query[:min(len(q.Query), mostLogged)]),
		})
		lock.Lock()
		defer lock.Unlock()
		if err == nil {
			_, err = f.Write(append(line, '\n'))
		}
		if err != nil && !failed {
			failed = true
			fmt.Fprintf(std.err, "trialweave: warning: the query log cannot be written: %v\n", err)
		}
	}
	return func() { _ = f.Close() }, nil // each line was written at once
}
