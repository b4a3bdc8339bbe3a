// Package classic turns study records in the forms that ClinicalTrials.gov
// delivered before its Data API v2 into the JSON of that API: classic XML
// (<clinical_study>), the classic JSON API, and rows of CSV and TSV downloads.
//
// FromXML, FromJSON and NewTable are the entry points. Which element, piece or
// column holds which field is data: the tables of the package model say so.
// What stands here is how the forms are read, how a label becomes a code and
// "March 2007" a partial date, and what the old exporter did to text.
//
// What a record says and no field holds is carried all the same, in a member
// of the record that the model does not know, so that a converter counts it.
package classic
