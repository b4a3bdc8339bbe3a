// Code generated from the OpenAPI description by registry/generate; DO NOT EDIT.

package registry

// DefaultBase is the address of the API that the description names.
const DefaultBase = "https://clinicaltrials.gov/api/v2"

// searchParameters are the parameters of the search for studies.
var searchParameters = [...]Parameter{
	{Name: "format", Description: "Form of the response. json gives an object, csv a table with a header on the first page.", Type: "string", Enum: []string{"csv", "json"}},
	{Name: "markupFormat", Description: "Form of the fields that hold formatted text: CommonMark, or the notation of the registration system. It matters to JSON only.", Type: "string", Enum: []string{"markdown", "legacy"}},
	{Name: "query.cond", Description: "Query for conditions and diseases, in the Essie expression language. It searches the area ConditionSearch.", Type: "string", Example: "lung cancer"},
	{Name: "query.term", Description: "Query for everything that has no query of its own, in the Essie expression language. It searches the area BasicSearch.", Type: "string", Example: "AREA[LastUpdatePostDate]RANGE[2023-01-15,MAX]"},
	{Name: "query.locn", Description: "Query for places, in the Essie expression language. It searches the area LocationSearch.", Type: "string"},
	{Name: "query.titles", Description: "Query for titles and acronyms, in the Essie expression language. It searches the area TitleSearch.", Type: "string"},
	{Name: "query.intr", Description: "Query for interventions and treatments, in the Essie expression language. It searches the area InterventionSearch.", Type: "string"},
	{Name: "query.outc", Description: "Query for outcome measures, in the Essie expression language. It searches the area OutcomeSearch.", Type: "string"},
	{Name: "query.spons", Description: "Query for sponsors and collaborators, in the Essie expression language. It searches the area SponsorSearch.", Type: "string"},
	{Name: "query.lead", Description: "Query for the name of the lead sponsor, in the Essie expression language.", Type: "string"},
	{Name: "query.id", Description: "Query for identifiers of studies, in the Essie expression language. It searches the area IdSearch.", Type: "string"},
	{Name: "query.patient", Description: "Query for what a patient would look for, in the Essie expression language. It searches the area PatientSearch.", Type: "string"},
	{Name: "filter.overallStatus", Description: "Keeps only studies with one of these statuses.", List: true, Type: "string", Enum: []string{"ACTIVE_NOT_RECRUITING", "COMPLETED", "ENROLLING_BY_INVITATION", "NOT_YET_RECRUITING", "RECRUITING", "SUSPENDED", "TERMINATED", "WITHDRAWN", "AVAILABLE", "NO_LONGER_AVAILABLE", "TEMPORARILY_NOT_AVAILABLE", "APPROVED_FOR_MARKETING", "WITHHELD", "UNKNOWN"}, Example: "NOT_YET_RECRUITING|RECRUITING"},
	{Name: "filter.geo", Description: "Keeps only studies with a site within a distance of a point: distance(latitude,longitude,radius), the radius in km or mi.", Type: "string", Pattern: "^distance\\(-?\\d+(\\.\\d+)?,-?\\d+(\\.\\d+)?,\\d+(\\.\\d+)?(km|mi)?\\)$", Example: "distance(39.0035707,-77.1013313,50mi)"},
	{Name: "filter.ids", Description: "Keeps only studies with one of these NCT numbers, present or former.", List: true, Type: "string", Pattern: "^[Nn][Cc][Tt]0*[1-9]\\d{0,7}$", Example: "NCT04852770|NCT01728545|NCT02109302"},
	{Name: "filter.advanced", Description: "Keeps only studies that an expression in the Essie language finds.", Type: "string", Example: "AREA[StartDate]2022"},
	{Name: "filter.synonyms", Description: "Keeps only studies found by these synonyms, each written area:synonym_id.", List: true, Type: "string", Example: "ConditionSearch:1651367|BasicSearch:2013558"},
	{Name: "postFilter.overallStatus", Description: "Keeps only studies with one of these statuses. It has the effect of the filter of the same name.", List: true, Type: "string", Enum: []string{"ACTIVE_NOT_RECRUITING", "COMPLETED", "ENROLLING_BY_INVITATION", "NOT_YET_RECRUITING", "RECRUITING", "SUSPENDED", "TERMINATED", "WITHDRAWN", "AVAILABLE", "NO_LONGER_AVAILABLE", "TEMPORARILY_NOT_AVAILABLE", "APPROVED_FOR_MARKETING", "WITHHELD", "UNKNOWN"}, Example: "NOT_YET_RECRUITING|RECRUITING"},
	{Name: "postFilter.geo", Description: "Keeps only studies with a site within a distance of a point: distance(latitude,longitude,radius), the radius in km or mi. It has the effect of the filter of the same name.", Type: "string", Pattern: "^distance\\(-?\\d+(\\.\\d+)?,-?\\d+(\\.\\d+)?,\\d+(\\.\\d+)?(km|mi)?\\)$", Example: "distance(39.0035707,-77.1013313,50mi)"},
	{Name: "postFilter.ids", Description: "Keeps only studies with one of these NCT numbers, present or former. It has the effect of the filter of the same name.", List: true, Type: "string", Pattern: "^[Nn][Cc][Tt]0*[1-9]\\d{0,7}$", Example: "NCT04852770|NCT01728545|NCT02109302"},
	{Name: "postFilter.advanced", Description: "Keeps only studies that an expression in the Essie language finds. It has the effect of the filter of the same name.", Type: "string", Example: "AREA[StartDate]2022"},
	{Name: "postFilter.synonyms", Description: "Keeps only studies found by these synonyms, each written area:synonym_id. It has the effect of the filter of the same name.", List: true, Type: "string", Example: "ConditionSearch:1651367|BasicSearch:2013558"},
	{Name: "aggFilters", Description: "Options of the search page, as pairs of a filter and its chosen options.", Type: "string", Example: "results:with,status:com"},
	{Name: "geoDecay", Description: "How the rank of a study falls with the distance between the point of filter.geo and its nearest site. It has no effect without filter.geo, or when more than 10,000 studies are found.", Type: "string", Pattern: "^func:(gauss|exp|linear),scale:(\\d+(\\.\\d+)?(km|mi)),offset:(\\d+(\\.\\d+)?(km|mi)),decay:(\\d+(\\.\\d+)?)$", Example: "func:linear,scale:100km,offset:10km,decay:0.1"},
	{Name: "fields", Description: "Fields to return, by piece name, field path or section; all of them where this is absent. For CSV these are names of columns.", List: true, MinItems: 1, Type: "string", Pattern: "^([a-zA-Z][a-zA-Z0-9\\-. ]*)|(@query)$", Example: "NCTId|BriefTitle|OverallStatus|HasResults"},
	{Name: "sort", Description: "Fields to sort by, at most two, each with an optional direction: Field, Field:asc or Field:desc; @relevance sorts by rank. Without it the order is not defined.", List: true, MaxItems: 2, Type: "string", Pattern: "^(([a-zA-Z][a-zA-Z0-9\\-. ]*)|(@relevance))(:(asc|desc))?$", Example: "@relevance"},
	{Name: "countTotal", Description: "Whether the first page says how many studies were found in all. For CSV the number is in the header x-total-count.", Type: "boolean"},
	{Name: "pageSize", Description: "How many studies a page has at most. 0 stands for the default, and more than 1,000 for 1,000.", Type: "integer", Example: "2"},
	{Name: "pageToken", Description: "The nextPageToken of the page before; absent for the first page. For CSV the token is in the header x-next-page-token.", Type: "string"},
}

// studyParameters are the parameters of the look-up of one study.
var studyParameters = [...]Parameter{
	{Name: "format", Description: "Form of the response. json gives an object, csv a table, json.zip the object in an archive, fhir.json a FHIR resource, ris a citation.", Type: "string", Enum: []string{"csv", "json", "json.zip", "fhir.json", "ris"}},
	{Name: "markupFormat", Description: "Form of the fields that hold formatted text: CommonMark, or the notation of the registration system. It matters to JSON only.", Type: "string", Enum: []string{"markdown", "legacy"}},
	{Name: "fields", Description: "Fields to return, by piece name, field path or section; all of them where this is absent. For CSV these are names of columns.", List: true, MinItems: 1, Type: "string", Pattern: "^[a-zA-Z][a-zA-Z0-9\\-. ]*$", Example: "NCTId|BriefTitle|Reference"},
}
