package web

import (
	"strings"

	"github.com/trialweave/trialweave/mapping/model"
)

// trialSchema describes a study in the words of schema.org, for search engines.
func trialSchema(r *record) map[string]any {
	section := r.root.get("protocolSection")
	out := map[string]any{
		"@context": "https://schema.org", "@type": "MedicalTrial", "@id": r.iri, "url": r.iri, "identifier": r.id,
		"name": visible(section.get("identificationModule", "briefTitle").string()),
	}
	add := func(name string, v *value) {
		if text := visible(v.string()); text != "" {
			out[name] = text
		}
	}
	add("alternateName", section.get("identificationModule", "officialTitle"))
	add("description", section.get("descriptionModule", "briefSummary"))
	add("status", section.get("statusModule", "overallStatus"))
	if code := section.get("designModule", "studyType").string(); code == "OBSERVATIONAL" {
		out["@type"] = "MedicalObservationalStudy"
	}
	if name := section.get("sponsorCollaboratorsModule", "leadSponsor", "name").string(); name != "" {
		out["sponsor"] = map[string]any{"@type": "Organization", "name": visible(name)}
	}
	var conditions []map[string]any
	for _, c := range section.get("conditionsModule", "conditions").items() {
		conditions = append(conditions, map[string]any{"@type": "MedicalCondition", "name": visible(c.string())})
	}
	if len(conditions) > 0 {
		out["healthCondition"] = conditions
	}
	var sites []map[string]any
	for _, l := range section.get("contactsLocationsModule", "locations").items() {
		if len(sites) == maxSchemaSites {
			break
		}
		site := map[string]any{"@type": "AdministrativeArea", "name": visible(strings.TrimPrefix(l.get("city").string()+", "+l.get("country").string(), ", "))}
		sites = append(sites, site)
	}
	if len(sites) > 0 {
		out["studyLocation"] = sites
	}
	return out
}

// maxSchemaSites bounds the sites in the description.
const maxSchemaSites = 25

// datasetSchema describes the dataset.
func (s *Site) datasetSchema(p *homePage) map[string]any {
	out := map[string]any{
		"@context": "https://schema.org", "@type": "Dataset", "name": s.options.Name,
		"description":         "Study records of ClinicalTrials.gov as linked data, searchable, with a SPARQL service.",
		"isBasedOn":           strings.TrimSuffix(model.StudyBase, "study/"),
		"license":             "https://clinicaltrials.gov/about-site/terms-conditions",
		"isAccessibleForFree": true,
	}
	if p.Day != "" {
		out["version"] = p.Day
	}
	if p.Updated != "" {
		out["dateModified"] = p.Updated
	}
	return out
}
