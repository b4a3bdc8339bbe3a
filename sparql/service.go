package sparql

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/trialweave/trialweave/rdf"
)

// ServiceError is what a query ends with whose SERVICE could not be asked. Under
// SERVICE SILENT there is none.
type ServiceError struct {
	Endpoint string
	// Refused says that Options.Services does not have the endpoint.
	Refused bool
	Err     error
}

func (e *ServiceError) Error() string { return "SERVICE <" + e.Endpoint + ">: " + e.Err.Error() }

// Unwrap returns the cause.
func (e *ServiceError) Unwrap() error { return e.Err }

// SilentServices lists the addresses of SERVICE SILENT, each once: an answer does not
// say whether they were asked. Those of variables are listed by their names, as
// variables of the query.
func (q *Query) SilentServices() (addresses []rdf.Term, variables []string) {
	var named termList
	var others unique[string]
	eachPart(q.root, func(n node) {
		s, ok := n.(*service)
		switch {
		case !ok || !s.silent:
		case s.name.isVar():
			others.add(q.names[s.name.variable])
		default:
			named.add(s.name.term)
		}
	}, func(expr) {})
	return named.all, others.all
}

// maxAnswer bounds what a service may answer, in bytes.
const maxAnswer = 256 << 20

// serviceBatch is how many solutions a service is asked about at once.
const serviceBatch = 200

// evalService asks a service beside one row (SPARQL 1.1 Federated Query, section
// 4). What was asked before is not asked again.
func (e *evaluator) evalService(n *service, in row, yield func(row) bool) bool {
	return e.merge(in, e.answers(n, []row{in}), yield)
}

// joinService asks a service about the solutions of a pattern, many at a time,
// and hands each on with the answers that may fit it.
func (e *evaluator) joinService(left node, n *service, in row, each func(l row, answers []row) bool) bool {
	var batch []row
	more := true
	flush := func() {
		for len(batch) > 0 && more {
			same := e.sameEndpoint(n, batch)
			answers := e.answers(n, batch[:same])
			for _, l := range batch[:same] {
				more = more && each(l, answers)
			}
			batch = batch[same:]
		}
		e.hold(-len(batch), 0)
		batch = nil
	}
	e.run(left, in, func(l row) bool {
		e.hold(1, 0)
		if batch = append(batch, l.clone()); len(batch) == serviceBatch {
			flush()
		}
		return more
	})
	flush()
	return more
}

// sameEndpoint brings the rows to the front that ask the same endpoint as the
// first, and counts them.
func (e *evaluator) sameEndpoint(n *service, batch []row) int {
	if !n.name.isVar() {
		return len(batch)
	}
	v := n.name.variable
	same := 1
	for i := 1; i < len(batch); i++ {
		if batch[i][v] == batch[0][v] {
			batch[same], batch[i] = batch[i], batch[same]
			same++
		}
	}
	return same
}

// answers asks about rows that name one endpoint.
func (e *evaluator) answers(n *service, rows []row) []row {
	out, err := e.askService(n, rows)
	switch {
	case err == nil:
		return out
	case e.ctx.Err() != nil:
		panic(stop{context.Cause(e.ctx)})
	case n.silent:
		return []row{make(row, len(rows[0]))}
	}
	panic(stop{err})
}

func (e *evaluator) askService(n *service, rows []row) ([]row, error) {
	endpoint := n.name.term
	if n.name.isVar() {
		endpoint = e.term(rows[0][n.name.variable])
	}
	if endpoint.Kind != rdf.IRITerm {
		return nil, &ServiceError{Endpoint: endpoint.Value, Err: errors.New("no address is bound to the variable, expected an IRI")}
	}
	if !slices.Contains(e.opts.Services, endpoint.Value) {
		return nil, &ServiceError{Endpoint: endpoint.Value, Refused: true, Err: errors.New("it is not one of the services that may be asked")}
	}
	query := e.serviceQuery(n, rows)
	key := endpoint.Value + "\n" + query
	if known, ok := e.asked[key]; ok {
		return known, nil
	}
	out, err := e.fetch(endpoint.Value, query, n, len(rows[0]))
	if err != nil {
		return nil, &ServiceError{Endpoint: endpoint.Value, Err: err}
	}
	if n.name.isVar() {
		for _, r := range out {
			r[n.name.variable] = rows[0][n.name.variable]
		}
	}
	if len(rows) == 1 {
		if e.asked == nil {
			e.asked = map[string][]row{}
		}
		e.asked[key] = out
	} else {
		e.hold(-len(out), 0)
	}
	return out, nil
}

// serviceQuery is the pattern as a query, with what the rows bind of it.
func (e *evaluator) serviceQuery(n *service, rows []row) string {
	var b strings.Builder
	b.WriteString(n.prologue + "SELECT * WHERE { ")
	if bound := e.boundForService(n, rows); len(bound) > 0 {
		b.WriteString("VALUES (")
		for _, v := range bound {
			b.WriteString("?" + e.query.names[v] + " ")
		}
		b.WriteString(") { ")
		seen := map[string]bool{}
		var key []byte
		for _, r := range rows {
			if key = rowKey(r, bound, key); seen[string(key)] {
				continue
			}
			seen[string(key)] = true
			b.WriteString("(")
			for _, v := range bound {
				b.WriteString(e.term(r[v]).String() + " ")
			}
			b.WriteString(") ")
		}
		b.WriteString("} ")
	}
	b.WriteString(n.text + " }")
	return b.String()
}

// boundForService are the variables of the pattern that every row binds to what
// means the same elsewhere.
func (e *evaluator) boundForService(n *service, rows []row) []int {
	var out []int
	for _, v := range e.sets.visible(n.inner).list() {
		if e.query.names[v] != "" && !slices.ContainsFunc(rows, func(r row) bool { return r[v] == 0 || !portable(e.term(r[v])) }) {
			out = append(out, v)
		}
	}
	return out
}

// portable reports whether a term is the same in another's query: a blank node is
// not, what RDF 1.2 has may be unknown there, and of text with \u in it services disagree what it says (section 19.2).
func portable(t rdf.Term) bool {
	return t.Kind != rdf.BlankTerm && t.Kind != rdf.TripleTerm && t.Direction == rdf.NoDirection && !strings.Contains(t.Value, `\u`) && !strings.Contains(t.Value, `\U`)
}

// fetch sends a query (SPARQL 1.1 Protocol, section 2.1.2) and reads the rows. It
// follows no redirection, which could lead where nobody allowed.
func (e *evaluator) fetch(endpoint, query string, n *service, width int) ([]row, error) {
	form := url.Values{"query": {query}}
	request, err := http.NewRequestWithContext(e.ctx, http.MethodPost, endpoint, strings.NewReader(form.Encode()))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.Header.Set("Accept", JSON.MediaType())
	client := http.Client{Transport: e.opts.Transport, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	response, err := client.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		said, _ := io.ReadAll(io.LimitReader(response.Body, 400)) // what can be read of it is enough
		return nil, fmt.Errorf("it answered %s: %s", response.Status, strings.Join(strings.Fields(string(said)), " "))
	}
	byName := map[string]int{}
	for _, v := range e.sets.visible(n.inner).list() {
		byName[e.query.names[v]] = v
	}
	e.services++
	apart := "service" + strconv.Itoa(e.services) + "-"
	body := &io.LimitedReader{R: response.Body, N: maxAnswer}
	var out []row
	err = readJSONRows(body, func(names []string, terms []rdf.Term) {
		e.tick()
		e.hold(1, 0)
		r := make(row, width)
		for i, name := range names {
			if v, known := byName[name]; known {
				r[v] = e.id(terms[i].Relabel(func(label string) string { return apart + label }))
			}
		}
		out = append(out, r)
	})
	if err != nil && body.N <= 0 {
		err = fmt.Errorf("it answered more than %d bytes", maxAnswer)
	}
	return out, err
}
