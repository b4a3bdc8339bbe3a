package registrytest

import (
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"sort"
	"strconv"
	"strings"

	"github.com/trialweave/trialweave/registry"
)

// search answers a page of a search.
func (r *Registry) search(w http.ResponseWriter, q *http.Request) {
	values := q.URL.Query()
	page, err := r.page(values)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	answer(w, q, page)
}

func (r *Registry) page(values url.Values) ([]byte, error) {
	if err := allowed(values); err != nil {
		return nil, err
	}
	found, err := r.find(values)
	if err != nil {
		return nil, err
	}
	from, err := r.place(values)
	if err != nil {
		return nil, err
	}
	size := pageSize(values)
	to := min(from+size, len(found))
	out := []byte("{")
	if values.Get("countTotal") == "true" && from == 0 {
		out = fmt.Appendf(out, `"totalCount":%d,`, len(found))
	}
	out = append(out, `"studies":[`...)
	for i, s := range found[min(from, to):to] {
		if i > 0 {
			out = append(out, ',')
		}
		out = append(out, project(s, values.Get("fields"))...)
	}
	out = append(out, ']')
	if to < len(found) {
		next := to
		if r.faults.loop(from) {
			next = 0
		}
		out = fmt.Appendf(out, `,"nextPageToken":%q`, r.token(next, values))
	}
	return append(out, '}'), nil
}

func pageSize(values url.Values) int {
	n, _ := strconv.Atoi(values.Get("pageSize"))
	if n == 0 {
		n = 10
	}
	return min(n, 1000)
}

// token says where the next page begins, and for which search and which data.
func (r *Registry) token(at int, values url.Values) string {
	return base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, "%d %d %x", at, r.generation, ticket(values)))
}

// ticket tells searches apart.
func ticket(values url.Values) uint64 {
	h := fnv.New64a()
	same := url.Values{}
	for name, v := range values {
		if name != "pageToken" {
			same[name] = v
		}
	}
	fmt.Fprint(h, same.Encode())
	return h.Sum64()
}

func (r *Registry) place(values url.Values) (int, error) {
	if !values.Has("pageToken") {
		return 0, nil
	}
	text, err := base64.RawURLEncoding.DecodeString(values.Get("pageToken"))
	var at, generation int
	var of uint64
	if err == nil {
		_, err = fmt.Sscanf(string(text), "%d %d %x", &at, &generation, &of)
	}
	if err != nil || of != ticket(values) || generation != r.generation {
		return 0, errors.New("pageToken: the token is unknown")
	}
	return at, nil
}

// allowed refuses what the description does not have.
func allowed(values url.Values) error {
	parameters := registry.SearchParameters()
	for name, all := range values {
		at := slices.IndexFunc(parameters, func(p registry.Parameter) bool { return p.Name == name })
		if at < 0 {
			return fmt.Errorf("%s: there is no such parameter", name)
		}
		p := parameters[at]
		items := all
		if p.List {
			items = strings.Split(all[0], "|")
		}
		for _, item := range items {
			if p.Enum != nil && !slices.Contains(p.Enum, item) || p.Pattern != "" && !regexp.MustCompile(p.Pattern).MatchString(item) {
				return fmt.Errorf("%s: %q is not allowed", name, item)
			}
		}
	}
	return nil
}

// areas are the parts of a record that a query of a name searches.
var areas = map[string][]string{
	"query.cond":   {"protocolSection.conditionsModule", "derivedSection.conditionBrowseModule"},
	"query.term":   {""},
	"query.locn":   {"protocolSection.contactsLocationsModule.locations"},
	"query.titles": {"protocolSection.identificationModule.briefTitle", "protocolSection.identificationModule.officialTitle", "protocolSection.identificationModule.acronym"},
	"query.intr":   {"protocolSection.armsInterventionsModule.interventions", "derivedSection.interventionBrowseModule"},
	"query.outc":   {"protocolSection.outcomesModule"},
	"query.spons":  {"protocolSection.sponsorCollaboratorsModule"},
	"query.lead":   {"protocolSection.sponsorCollaboratorsModule.leadSponsor.name"},
	"query.id": {
		"protocolSection.identificationModule.nctId", "protocolSection.identificationModule.orgStudyIdInfo",
		"protocolSection.identificationModule.secondaryIdInfos", "protocolSection.identificationModule.nctIdAliases",
	},
	"query.patient": {"protocolSection.conditionsModule", "protocolSection.identificationModule.briefTitle", "protocolSection.eligibilityModule"},
}

// find returns the studies that a search finds.
func (r *Registry) find(values url.Values) ([]record, error) {
	advanced, err := parseExpression(values.Get("filter.advanced"), values.Get("postFilter.advanced"))
	if err != nil {
		return nil, err
	}
	var out []record
	for _, s := range r.studies {
		if queried(s, values) && filtered(s, values) && advanced(s) {
			out = append(out, s)
		}
	}
	arrange(out, values.Get("sort"))
	return out, nil
}

func queried(s record, values url.Values) bool {
	for name, paths := range areas {
		words := strings.Fields(strings.ToLower(values.Get(name)))
		if len(words) == 0 {
			continue
		}
		text := strings.Builder{}
		for _, path := range paths {
			gather(&text, valueAt(s.tree, path))
		}
		for _, word := range words {
			if !strings.Contains(text.String(), word) {
				return false
			}
		}
	}
	return true
}

func filtered(s record, values url.Values) bool {
	for _, kind := range []string{"filter.", "postFilter."} {
		if status := values.Get(kind + "overallStatus"); status != "" && !slices.Contains(strings.Split(status, "|"), textAt(s.tree, "protocolSection.statusModule.overallStatus")) {
			return false
		}
		if ids := values.Get(kind + "ids"); ids != "" && !called(s, strings.Split(ids, "|")) {
			return false
		}
		if geo := values.Get(kind + "geo"); geo != "" && !near(s, geo) {
			return false
		}
	}
	for option := range strings.SplitSeq(values.Get("aggFilters"), ",") {
		has := s.tree["hasResults"] == true
		if option == "results:with" && !has || option == "results:without" && has {
			return false
		}
	}
	return true
}

func called(s record, ids []string) bool {
	names := append(textsAt(s.tree, "protocolSection.identificationModule.nctIdAliases"), s.id)
	return slices.ContainsFunc(ids, func(id string) bool { return slices.Contains(names, strings.ToUpper(id)) })
}

// arrange sorts by fields; without any, the order is that of the data.
func arrange(found []record, by string) {
	if by == "" {
		return
	}
	keys := strings.Split(by, "|")
	sort.SliceStable(found, func(i, j int) bool {
		for _, key := range keys {
			field, direction, _ := strings.Cut(key, ":")
			a, b := textAt(found[i].tree, pathOf(field)), textAt(found[j].tree, pathOf(field))
			if a != b {
				return (a < b) != (direction == "desc")
			}
		}
		return false
	})
}

// answer sends a body, compressed where the client takes that.
func answer(w http.ResponseWriter, q *http.Request, body []byte) {
	h := fnv.New64a()
	_, _ = h.Write(body) // never fails
	etag := fmt.Sprintf("%q", strconv.FormatUint(h.Sum64(), 36))
	w.Header().Set("ETag", etag)
	w.Header().Set("Content-Type", "application/json")
	if q.Header.Get("If-None-Match") == etag {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	if !strings.Contains(q.Header.Get("Accept-Encoding"), "gzip") {
		_, _ = w.Write(body) // the client is gone
		return
	}
	w.Header().Set("Content-Encoding", "gzip")
	z := gzip.NewWriter(w)
	_, _ = z.Write(body)
	_ = z.Close()
}

// project keeps the fields that are asked for.
func project(s record, fields string) []byte {
	if fields == "" {
		return s.json
	}
	out := map[string]any{}
	for field := range strings.SplitSeq(fields, "|") {
		keep(out, s.tree, strings.Split(pathOf(field), "."))
	}
	text, err := json.Marshal(out)
	if err != nil {
		panic(err)
	}
	return text
}
