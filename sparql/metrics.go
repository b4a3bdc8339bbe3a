package sparql

import (
	"fmt"
	"net/http"
)

// metrics writes counts in the text format of Prometheus.
func (g *guard) metrics(a *admission, all []*endpoint) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
		names, label := g.labels()
		head := func(name, kind, help string) { fmt.Fprintf(w, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, kind) }
		head("trialweave_http_responses_total", "counter", "Responses by the class of their status.")
		for _, name := range names {
			for class := 2; class <= 5; class++ {
				fmt.Fprintf(w, "trialweave_http_responses_total{%sclass=\"%dxx\"} %d\n", label(name), class, g.tallies[name].classes[class].Load())
			}
		}
		head("trialweave_query_limits_total", "counter", "Queries that a limit ended, by the limit.")
		for _, name := range names {
			for i, bound := range bounds {
				fmt.Fprintf(w, "trialweave_query_limits_total{%sbound=%q} %d\n", label(name), bound, g.tallies[name].limits[i].Load())
			}
		}
		head("trialweave_expression_errors_total", "counter", "Evaluations of expressions that had no value, by which a solution was lost or a variable stayed unbound.")
		for _, name := range names {
			fmt.Fprintf(w, "trialweave_expression_errors_total%s %d\n", alone(label(name)), g.tallies[name].failures.Load())
		}
		running, waiting, bytes := a.gauges()
		for _, gauge := range []struct {
			name, help string
			value      int64
		}{
			{"trialweave_queries_running", "Queries that hold a slot.", running},
			{"trialweave_queries_waiting", "Queries that wait for a slot.", waiting},
			{"trialweave_query_bytes", "Bytes that running queries hold, where there is a limit.", bytes},
		} {
			head(gauge.name, "gauge", gauge.help)
			fmt.Fprintf(w, "%s %d\n", gauge.name, gauge.value)
		}
		if len(all) > 0 {
			head("trialweave_dataset_queries_running", "gauge", "Queries about a dataset that have begun.")
		}
		for _, s := range all {
			fmt.Fprintf(w, "trialweave_dataset_queries_running{dataset=%q} %d\n", s.name, s.running.Load())
		}
	}
}

// alone is a label, with its comma, as the only one of a metric.
func alone(label string) string {
	if label == "" {
		return ""
	}
	return "{" + label[:len(label)-1] + "}"
}
