package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// trial is a synthetic study, as far as all forms can say it.
type trial struct {
	id, title, status, phase, start, sponsor, class string
	countries                                       []string
	mesh                                            [2]string // identifier and heading
}

// label is a code as the classic forms have it.
func label(code string) string {
	return map[string]string{
		"COMPLETED": "Completed", "RECRUITING": "Recruiting", "ACTIVE_NOT_RECRUITING": "Active, not recruiting", "TERMINATED": "Terminated",
		"PHASE1": "Phase 1", "PHASE2": "Phase 2", "PHASE3": "Phase 3", "NA": "N/A", "INDUSTRY": "Industry", "OTHER": "Other",
	}[code]
}

func trials() []trial {
	months := []string{"2019-12", "2020-01", "2020-06", "2021-03"}
	countries := [][]string{{"Germany"}, {"United States", "Germany"}, {"Côte d'Ivoire"}, {"Trinidad and Tobago", "Korea, Republic of"}, nil}
	mesh := [][2]string{{"D001249", "Asthma"}, {"D003924", "Diabetes Mellitus, Type 2"}, {"D000086382", "COVID-19"}}
	var out []trial
	for i := range 60 {
		out = append(out, trial{
			id: fmt.Sprintf("NCT9999%04d", 100+i), title: fmt.Sprintf("Synthetic study %d", i),
			status: []string{"COMPLETED", "RECRUITING", "ACTIVE_NOT_RECRUITING", "TERMINATED"}[i%4], phase: []string{"PHASE1", "PHASE2", "PHASE3", "NA"}[i/3%4],
			start: months[i/2%4], sponsor: fmt.Sprintf("Sponsor %c", 'A'+i%3), class: []string{"INDUSTRY", "OTHER"}[i%3%2],
			countries: countries[i%5], mesh: mesh[i/7%3],
		})
	}
	return out
}

type object = map[string]any

func (s *trial) v2() object {
	var sites []object
	for _, c := range s.countries {
		sites = append(sites, object{"facility": "Clinic", "city": "Town", "country": c})
	}
	protocol := object{
		"identificationModule": object{"nctId": s.id, "briefTitle": s.title}, "statusModule": object{"overallStatus": s.status, "startDateStruct": object{"date": s.start}},
		"sponsorCollaboratorsModule": object{"leadSponsor": object{"name": s.sponsor, "class": s.class}},
		"designModule":               object{"studyType": "INTERVENTIONAL", "phases": []string{s.phase}},
	}
	if sites != nil {
		protocol["contactsLocationsModule"] = object{"locations": sites}
	}
	return object{"protocolSection": protocol, "derivedSection": object{"conditionBrowseModule": object{"meshes": []object{{"id": s.mesh[0], "term": s.mesh[1]}}}}}
}

func (s *trial) month() string {
	return []string{"January", "February", "March", "", "", "June", "", "", "", "", "", "December"}[(int(s.start[5]-'0')*10+int(s.start[6]-'0'))-1] + " " + s.start[:4]
}

// pieces is the study of the classic API; numbers of headings are padded.
func (s *trial) pieces() object {
	var sites []any
	for _, c := range s.countries {
		sites = append(sites, object{"LocationFacility": "Clinic", "LocationCity": "Town", "LocationCountry": c})
	}
	protocol := object{
		"IdentificationModule": object{"NCTId": s.id, "BriefTitle": s.title}, "StatusModule": object{"OverallStatus": label(s.status), "StartDateStruct": object{"StartDate": s.month()}},
		"SponsorCollaboratorsModule": object{"LeadSponsor": object{"LeadSponsorName": s.sponsor, "LeadSponsorClass": s.class}},
		"DesignModule":               object{"StudyType": "Interventional", "PhaseList": object{"Phase": []any{label(s.phase)}}},
	}
	if sites != nil {
		protocol["ContactsLocationsModule"] = object{"LocationList": object{"Location": sites}}
	}
	padded := fmt.Sprintf("D%09s", s.mesh[0][1:])
	return object{"ProtocolSection": protocol, "DerivedSection": object{"ConditionBrowseModule": object{"ConditionMeshList": object{"ConditionMesh": []any{object{"ConditionMeshId": padded, "ConditionMeshTerm": s.mesh[1]}}}}}}
}

var escapeXML = strings.NewReplacer("&", "&amp;", "<", "&lt;")

// structs writes a value of the classic API as its XML.
func structs(b *strings.Builder, name string, value any) {
	switch value := value.(type) {
	case object:
		keys := slices.Sorted(maps.Keys(value))
		if list, ok := value[strings.TrimSuffix(name, "List")].([]any); ok {
			fmt.Fprintf(b, "<List Name=%q>", name)
			for _, item := range list {
				structs(b, keys[0], item)
			}
			b.WriteString("</List>")
			return
		}
		fmt.Fprintf(b, "<Struct Name=%q>", name)
		for _, key := range keys {
			structs(b, key, value[key])
		}
		b.WriteString("</Struct>")
	default:
		fmt.Fprintf(b, "<Field Name=%q>%s</Field>", name, escapeXML.Replace(fmt.Sprint(value)))
	}
}

func (s *trial) xml() string {
	var b strings.Builder
	fmt.Fprintf(&b, "<clinical_study><id_info><nct_id>%s</nct_id></id_info><brief_title>%s</brief_title><sponsors><lead_sponsor><agency>%s</agency><agency_class>%s</agency_class></lead_sponsor></sponsors>",
		s.id, s.title, s.sponsor, label(s.class))
	fmt.Fprintf(&b, "<overall_status>%s</overall_status><start_date>%s</start_date><phase>%s</phase><study_type>Interventional</study_type>", label(s.status), s.month(), label(s.phase))
	for _, c := range s.countries {
		fmt.Fprintf(&b, "<location><facility><name>Clinic</name><address><city>Town</city><country>%s</country></address></facility></location>", c)
	}
	fmt.Fprintf(&b, "<condition_browse><mesh_term>%s</mesh_term></condition_browse></clinical_study>\n", s.mesh[1])
	return b.String()
}

// deliver writes the studies in six forms, and returns the input of each.
func deliver(t *testing.T) map[string]string {
	t.Helper()
	dir := t.TempDir()
	var v2, full []any
	var api, xml, csv strings.Builder
	tables := map[string]string{
		"studies": "nct_id|brief_title|overall_status|start_month_year|phase|study_type\n", "sponsors": "id|nct_id|agency_class|lead_or_collaborator|name\n",
		"facilities": "id|nct_id|name|city|country\n", "browse_conditions": "id|nct_id|mesh_term|mesh_type\n",
	}
	api.WriteString("<FullStudiesResponse><FullStudyList>")
	csv.WriteString("NCT Number,Study Title,Study Status,Phases,Start Date,Sponsor,Funder Type,Study Type,Locations\r\n")
	for i, s := range trials() {
		v2 = append(v2, s.v2())
		full = append(full, object{"Rank": i + 1, "Study": s.pieces()})
		api.WriteString("<FullStudy>")
		structs(&api, "Study", s.pieces())
		api.WriteString("</FullStudy>")
		xml.WriteString(s.xml())
		tables["studies"] += strings.Join([]string{s.id, s.title, s.status, s.start, s.phase, "INTERVENTIONAL"}, "|") + "\n"
		tables["sponsors"] += fmt.Sprintf("%d|%s|%s|lead|%s\n", i, s.id, s.class, s.sponsor)
		tables["browse_conditions"] += fmt.Sprintf("%d|%s|%s|mesh-list\n", i, s.id, s.mesh[1])
		var sites []string
		for _, c := range s.countries {
			tables["facilities"] += fmt.Sprintf("%d|%s|Clinic|Town|%s\n", i, s.id, c)
			sites = append(sites, "Clinic, Town, "+c)
		}
		fmt.Fprintf(&csv, "%s,%s,%s,%s,%s,%s,%s,INTERVENTIONAL,\"%s\"\r\n", s.id, s.title, s.status, s.phase, s.start, s.sponsor, s.class, strings.Join(sites, "|"))
	}
	api.WriteString("</FullStudyList></FullStudiesResponse>")
	out := map[string]string{}
	write := func(form, name, text string) {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		out[form] = filepath.Join(dir, strings.Split(name, "/")[0])
	}
	text := func(v any) string {
		b, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	write("v2 JSON", "v2.json", text(object{"studies": v2}))
	write("classic JSON", "classic.json", text(object{"FullStudiesResponse": object{"FullStudies": full}}))
	write("classic API XML", "api.xml", api.String())
	write("classic XML", "classic.xml", xml.String())
	write("CSV", "studies.csv", csv.String())
	for name, table := range tables {
		write("AACT", "aact/"+name+".txt", table)
	}
	return out
}

// TestSixForms: one set of studies, delivered in six forms, has the same answers
// row for row, where the form has what is asked.
func TestSixForms(t *testing.T) {
	inputs := deliver(t)
	for name, c := range map[string]struct {
		query  string
		rows   int
		except []string
	}{
		"status and phase": {"SELECT ?status ?phase (COUNT(DISTINCT ?s) AS ?n) { ?s a ctg:Study ; ctg:overall_status ?status ; ctg:phase ?phase } GROUP BY ?status ?phase ORDER BY ?status ?phase", 12, nil},
		"country and year": {"SELECT ?country ?year (COUNT(DISTINCT ?s) AS ?n) { ?s ctg:location/tw:country ?country ; tw:start_date_min ?d BIND(YEAR(?d) AS ?year) } GROUP BY ?country ?year ORDER BY ?country ?year", 15, nil},
		"sponsors":         {"SELECT ?name (COUNT(DISTINCT ?s) AS ?n) { ?s schema:sponsor/schema:name ?name } GROUP BY ?name ORDER BY ?name", 3, nil},
		"sponsor and heading": {
			`SELECT ?nct { ?s ctg:nct_id ?nct ; schema:sponsor/schema:name "Sponsor B" ; ctg:condition_mesh_entry/rdfs:label "Diabetes Mellitus, Type 2" } ORDER BY ?nct`, 9, []string{"CSV"},
		},
		"heading by identifier": {"SELECT ?nct { ?s ctg:nct_id ?nct ; ctg:condition_mesh <http://id.nlm.nih.gov/mesh/D003924> } ORDER BY ?nct", 21, []string{"CSV", "AACT", "classic XML"}},
	} {
		t.Run(name, func(t *testing.T) {
			want := ""
			for _, form := range append([]string{"v2 JSON"}, slices.Sorted(maps.Keys(inputs))...) {
				if slices.Contains(c.except, form) {
					continue
				}
				var out, fault bytes.Buffer
				std := &streams{in: strings.NewReader(""), out: &out, err: &fault, engine: newEngine}
				if status := run(t.Context(), []string{"query", "--format", "csv", c.query, inputs[form]}, std); status != 0 {
					t.Fatalf("%s: exit %d, %s", form, status, &fault)
				}
				got, err := io.ReadAll(&out)
				if err != nil {
					t.Fatal(err)
				}
				if want == "" {
					want = string(got)
				}
				if string(got) != want {
					t.Errorf("%s:\n%s\nv2 JSON:\n%s", form, got, want)
				}
			}
			if n := strings.Count(want, "\n") - 1; n != c.rows {
				t.Errorf("%d rows, expected %d:\n%s", n, c.rows, want)
			}
		})
	}
}
