package sample

import (
	"math/rand/v2"
	"strings"
)

// The words of the texts. They say nothing, and are not of any record.
var (
	subjects = strings.Split("participants|the study team|investigators|the synthetic cohort|each group|the coordinating centre|trained staff|the monitoring board|caregivers|eligible adults", "|")
	verbs    = strings.Split("complete|receive|report|attend|record|return|review|repeat|continue|discuss", "|")
	things   = strings.Split("a visit|the questionnaire|the assigned intervention|a short interview|the diary|a blood sample|the follow-up|the daily dose|a measurement|the safety assessment|the training programme|usual care", "|")
	times    = strings.Split("at baseline|every four weeks|after twelve weeks|once a day|at the end of the study|within one year|before randomisation|during the first month|at each visit|for twenty-four months", "|")
	measures = strings.Split("Change in symptom score|Overall response|Time to first event|Quality of life score|Number of adverse events|Blood pressure|Body weight|Walking distance|Pain score|Concentration in plasma|Adherence|Hospital admission|Relapse|Mean daily dose|Laboratory abnormality", "|")
	frames   = strings.Split("12 weeks|24 weeks|52 weeks|6 months|1 year|2 years|Baseline and week 12|Day 1 to day 28|30 days", "|")
	names    = strings.Split("Alma|Bruno|Chidi|Dana|Emre|Fatima|Goran|Hana|Ines|Jonas|Kavya|Liam|Mei|Nadia|Omar|Petra", "|")
	families = strings.Split("Example|Sample|Muster|Placeholder|Specimen|Model|Pattern|Template", "|")
	places   = strings.Split("Example University Hospital|Sample Medical Centre|Placeholder Institute|Specimen Clinic|Model Research Unit|Template Health Trust", "|")
	events   = strings.Split("Headache|Nausea|Fatigue|Diarrhoea|Dizziness|Pyrexia|Cough|Rash|Back pain|Vomiting|Insomnia|Pneumonia|Anaemia|Constipation|Arthralgia|Hypotension", "|")
	systems  = strings.Split("Nervous system disorders|Gastrointestinal disorders|General disorders|Gastrointestinal disorders|Nervous system disorders|General disorders|Respiratory, thoracic and mediastinal disorders|Skin and subcutaneous tissue disorders|Musculoskeletal and connective tissue disorders|Gastrointestinal disorders|Psychiatric disorders|Infections and infestations|Blood and lymphatic system disorders|Gastrointestinal disorders|Musculoskeletal and connective tissue disorders|Vascular disorders", "|")
)

func pick(r *rand.Rand, words []string) string { return words[r.IntN(len(words))] }

// prose is a text of about so many characters.
func prose(r *rand.Rand, length int) string {
	var b strings.Builder
	for {
		s := pick(r, subjects) + " " + pick(r, verbs) + " " + pick(r, things) + " " + pick(r, times) + "."
		b.WriteString(strings.ToUpper(s[:1]) + s[1:])
		if b.Len() >= length-20 {
			return b.String()
		}
		b.WriteByte(' ')
	}
}

// person is the name of nobody.
func person(r *rand.Rand) string { return pick(r, names) + " " + pick(r, families) }

// city is a place where sites can be, near enough for questions about distances.
type city struct {
	name, state string
	lat, lon    float64
}

var cities = map[string][]city{
	"United States":  {{"Boston", "Massachusetts", 42.358, -71.060}, {"New York", "New York", 40.714, -74.006}, {"Houston", "Texas", 29.763, -95.363}, {"Los Angeles", "California", 34.052, -118.244}, {"Chicago", "Illinois", 41.850, -87.650}, {"Seattle", "Washington", 47.606, -122.332}, {"Atlanta", "Georgia", 33.749, -84.388}, {"Denver", "Colorado", 39.739, -104.985}, {"Miami", "Florida", 25.774, -80.194}, {"Cleveland", "Ohio", 41.500, -81.695}},
	"China":          {{"Beijing", "Beijing Municipality", 39.907, 116.397}, {"Shanghai", "Shanghai Municipality", 31.222, 121.458}, {"Guangzhou", "Guangdong", 23.117, 113.250}},
	"Japan":          {{"Tokyo", "", 35.690, 139.692}, {"Osaka", "", 34.694, 135.502}, {"Nagoya", "", 35.181, 136.906}},
	"France":         {{"Paris", "", 48.853, 2.349}, {"Lyon", "", 45.749, 4.847}, {"Marseille", "", 43.297, 5.381}},
	"Germany":        {{"Berlin", "", 52.524, 13.411}, {"Munich", "", 48.137, 11.575}, {"Hamburg", "", 53.575, 10.015}, {"Heidelberg", "", 49.408, 8.691}},
	"Spain":          {{"Madrid", "", 40.417, -3.703}, {"Barcelona", "", 41.389, 2.159}, {"Seville", "", 37.383, -5.973}},
	"United Kingdom": {{"London", "England", 51.509, -0.126}, {"Manchester", "England", 53.481, -2.237}, {"Glasgow", "Scotland", 55.865, -4.258}},
	"Canada":         {{"Toronto", "Ontario", 43.706, -79.399}, {"Montreal", "Quebec", 45.509, -73.588}, {"Vancouver", "British Columbia", 49.250, -123.119}},
	"Italy":          {{"Milan", "", 45.464, 9.189}, {"Rome", "", 41.892, 12.511}, {"Turin", "", 45.070, 7.687}},
	"Poland":         {{"Warsaw", "", 52.230, 21.012}, {"Krakow", "", 50.061, 19.937}},
	"South Korea":    {{"Seoul", "", 37.566, 126.978}, {"Busan", "", 35.102, 129.040}},
	"Brazil":         {{"São Paulo", "", -23.548, -46.636}, {"Porto Alegre", "", -30.033, -51.230}},
	"Argentina":      {{"Buenos Aires", "", -34.613, -58.377}, {"Rosario", "", -32.947, -60.639}},
	"Australia":      {{"Melbourne", "Victoria", -37.814, 144.963}, {"Sydney", "New South Wales", -33.868, 151.207}},
	"Netherlands":    {{"Amsterdam", "", 52.374, 4.890}, {"Rotterdam", "", 51.923, 4.478}},
	"Czechia":        {{"Prague", "", 50.088, 14.421}, {"Brno", "", 49.195, 16.608}},
	"India":          {{"New Delhi", "", 28.636, 77.224}, {"Mumbai", "", 19.073, 72.883}},
	"Taiwan":         {{"Taipei", "", 25.048, 121.532}, {"Kaohsiung", "", 22.616, 120.313}},
	"Hungary":        {{"Budapest", "", 47.498, 19.040}, {"Debrecen", "", 47.532, 21.625}},
	"Bulgaria":       {{"Sofia", "", 42.698, 23.323}, {"Plovdiv", "", 42.150, 24.750}},
	"Mexico":         {{"Mexico City", "", 19.428, -99.128}, {"Monterrey", "", 25.670, -100.310}},
	"Belgium":        {{"Brussels", "", 50.850, 4.349}, {"Leuven", "", 50.880, 4.701}},
	"Israel":         {{"Tel Aviv", "", 32.081, 34.781}, {"Jerusalem", "", 31.769, 35.216}},
	"Turkey":         {{"Istanbul", "", 41.014, 28.950}, {"Ankara", "", 39.920, 32.854}},
	"Sweden":         {{"Stockholm", "", 59.329, 18.069}, {"Gothenburg", "", 57.707, 11.967}},
	"Denmark":        {{"Copenhagen", "", 55.676, 12.566}, {"Aarhus", "", 56.157, 10.211}},
	"Switzerland":    {{"Zurich", "", 47.367, 8.550}, {"Geneva", "", 46.202, 6.146}},
	"Austria":        {{"Vienna", "", 48.208, 16.372}, {"Graz", "", 47.067, 15.450}},
	"Egypt":          {{"Cairo", "", 30.063, 31.250}, {"Assiut", "", 27.181, 31.184}},
	"South Africa":   {{"Cape Town", "", -33.926, 18.423}, {"Johannesburg", "", -26.202, 28.044}},
	"Norway":         {{"Oslo", "", 59.913, 10.746}, {"Bergen", "", 60.393, 5.324}},
	"Greece":         {{"Athens", "", 37.984, 23.728}, {"Thessaloniki", "", 40.644, 22.931}},
}
