// Package study reads study records of ClinicalTrials.gov in every form in
// which they are delivered, and yields each as the JSON of the registry's Data
// API v2, with the file and the byte offset where it stands.
//
// Start with Open and range over Records:
//
//	in, err := study.Open([]string{"ctg-studies.json.zip"}, nil)
//	for r, err := range in.Records(ctx) { … }
//
// Forms are recognised by content, never by name: a single study, a page of
// the /studies endpoint, a JSON array, NDJSON and other concatenated values,
// the containers that other programs put studies in (Elasticsearch, MongoDB,
// pandas, answers with the study below a key), a rejects file of the convert
// package, a folder, a ZIP or a tar archive of any of these, and .gz and .zst
// of any of them. Memory stays bounded by the biggest record.
//
// A record that cannot be read is data, not a failure: it is yielded with its
// error, and the reading goes on. An input that is damaged (ErrDamaged) or that
// holds no study at all (Input.Finish) ends the reading. Validate is the one place that decides what
// a well-formed record is, so that every engine rejects the same records with
// the same words.
package study
