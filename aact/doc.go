// Package aact reads the AACT database of the Clinical Trials Transformation
// Initiative as study records: its tables, in which a record is spread over
// some fifty, are joined back into the JSON of the registry's Data API v2.
//
// OpenFiles reads a pipe-delimited export, OpenDatabase a PostgreSQL server;
// both yield studies in the order of their NCT numbers and hold one at a time.
// Which column holds which field is data: tables.tsv says so.
//
// AACT has no column for some fields (NotCarried lists them), and none for
// what tells apart objects that say the same, such as two measures in a row
// with equal titles, units and groups. Where a list is told by its items
// alone, an item without any is not there.
package aact
