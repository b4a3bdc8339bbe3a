package registry

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"path/filepath"
	"strconv"
)

// What makes a search begin again.
var (
	errRefreshed = errors.New("the registry's data was refreshed")
	errExpired   = errors.New("the registry no longer knows the token of the next page")
	errLooping   = errors.New("the token of the next page leads back to a page before it")
	errTorn      = errors.New("a study changed while pages were fetched")
	errCount     = errors.New("the pages hold another number of studies than the registry counted")
)

// Fetch brings what a query finds into a folder, which it makes. It returns
// when it has everything: each study once, and all of one version of the data.
// When data, pages and counts turn out not to belong together, the search
// begins again. What is in the folder from a call that was cut short is used
// where it is of the same query and still of the present data.
//
// The error is a *StatusError where the registry refuses, the cause of ctx, or
// of the network or the folder.
func (c *Client) Fetch(ctx context.Context, q Query, dir string) (*Snapshot, error) {
	s, err := openSpool(dir, c.Base(), q.String())
	if err != nil {
		return nil, err
	}
	defer s.close() //nolint:errcheck // each page was written before the state that counts on it
	for {
		err := c.pass(ctx, q, s)
		if err == nil {
			return &Snapshot{
				Path: filepath.Join(dir, studiesFile), Studies: s.state.Studies, Version: s.state.Version, Missing: s.state.Missing, dir: dir,
			}, nil
		}
		if !mayRestart(err) {
			return nil, err
		}
		if s.state.Restarts++; s.state.Restarts > c.options.Restarts {
			return nil, fmt.Errorf("%w, in %d searches; given up", err, s.state.Restarts)
		}
		c.notify(Restarted, "%v: the search begins again", err)
		if err := s.reset(Version{}); err != nil {
			return nil, err
		}
	}
}

func mayRestart(err error) bool {
	for _, reason := range []error{errRefreshed, errExpired, errLooping, errTorn, errCount} {
		if errors.Is(err, reason) {
			return true
		}
	}
	return false
}

// pass goes on with a search to its end, and checks that all of it belongs
// together.
func (c *Client) pass(ctx context.Context, q Query, s *spool) error {
	v, err := c.Version(ctx)
	if err != nil {
		return err
	}
	if s.state.Version == (Version{}) {
		s.state.Version = v
	}
	if s.state.Version != v {
		return errRefreshed
	}
	if !s.state.Done {
		if q.ids != nil {
			err = c.list(ctx, q, s)
		} else {
			err = c.pages(ctx, q, s)
		}
		if err == nil {
			err = c.settle(ctx, s)
		}
	}
	return err
}

// settle makes sure of what has come, at the end.
func (c *Client) settle(ctx context.Context, s *spool) error {
	if err := c.unchanged(ctx, s); err != nil {
		return err
	}
	st := &s.state
	switch {
	case st.Torn:
		return errTorn
	case st.Total >= 0 && st.Total != st.Studies && (st.Before == nil || *st.Before != st.Studies):
		found := st.Studies
		st.Before = &found
		return fmt.Errorf("%w: %d, not %d", errCount, st.Studies, st.Total)
	case st.Total >= 0 && st.Total != st.Studies:
		c.notify(Noted, "the registry counts %d studies, and its pages held %d, twice", st.Total, st.Studies)
	}
	st.Done, st.Restarts = true, 0
	return s.save()
}

func (c *Client) unchanged(ctx context.Context, s *spool) error {
	v, err := c.Version(ctx)
	if err == nil && v != s.state.Version {
		err = errRefreshed
	}
	return err
}

// pagesBetween is how many pages are fetched between two looks at the version.
const pagesBetween = 25

func (c *Client) pages(ctx context.Context, q Query, s *spool) error {
	var p page
	s.tokens[s.state.Token] = true
	for n := 1; ; n++ {
		if n%pagesBetween == 0 {
			if err := c.unchanged(ctx, s); err != nil {
				return err
			}
		}
		if err := c.page(ctx, q, s.state.Token, &p); err != nil {
			return err
		}
		// The first page counts; where a later one counts something else, its
		// place in the search has moved.
		switch {
		case s.state.Total < 0:
			s.state.Total = p.total
		case p.total >= 0 && p.total != s.state.Total:
			s.state.Torn = true
		}
		for _, record := range p.studies {
			s.add(record)
		}
		if p.token != "" && s.tokens[p.token] {
			return errLooping
		}
		s.tokens[p.token] = true
		s.state.Token = p.token
		if err := s.save(); err != nil {
			return err
		}
		c.progress(s)
		if p.token == "" {
			return nil
		}
	}
}

func (c *Client) progress(s *spool) {
	if c.options.Notify != nil {
		c.options.Notify(Event{Kind: Progressed, Fetched: s.state.Studies, Total: s.state.Total})
	}
}

// page fetches one page of a search.
func (c *Client) page(ctx context.Context, q Query, token string, p *page) error {
	values := q.encode()
	values.Set("format", "json")
	values.Set("countTotal", "true")
	if !values.Has("pageSize") {
		values.Set("pageSize", strconv.Itoa(c.options.PageSize))
	}
	if token != "" {
		values.Set("pageToken", token)
	}
	_, err := c.get(ctx, "studies", values, p.read)
	if status, ok := errors.AsType[*StatusError](err); ok && status.Status == http.StatusBadRequest && token != "" {
		return fmt.Errorf("%w (%w)", errExpired, err)
	}
	return err
}

// Count asks how many studies a search finds.
func (c *Client) Count(ctx context.Context, q Query) (int, error) {
	if n, ok := q.List(); ok {
		return n, nil
	}
	values := q.encode()
	values.Set("format", "json")
	values.Set("countTotal", "true")
	values.Set("pageSize", "1")
	values.Set("fields", "NCTId")
	var p page
	if _, err := c.get(ctx, "studies", values, p.read); err != nil {
		return 0, err
	}
	if p.total < 0 {
		return 0, errors.New("the registry does not say how many studies it found")
	}
	return p.total, nil
}

// list looks up the numbers of a list one by one. A number that a study had
// before leads to the study as it is called now.
func (c *Client) list(ctx context.Context, q Query, s *spool) error {
	s.state.Total = -1
	for s.state.Next < len(q.ids) {
		id := q.ids[s.state.Next]
		r, err := c.get(ctx, "studies/"+id, nil, readStudy)
		status, refused := errors.AsType[*StatusError](err)
		switch {
		case refused && status.Status == http.StatusNotFound:
			s.state.Missing = append(s.state.Missing, id)
		case err != nil:
			return err
		default:
			s.add(r.body)
		}
		s.state.Next++
		if err := s.save(); err != nil {
			return err
		}
		if c.options.Notify != nil {
			c.options.Notify(Event{Kind: Progressed, Fetched: s.state.Next, Total: len(q.ids)})
		}
	}
	return nil
}
