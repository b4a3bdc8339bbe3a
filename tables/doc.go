// Package tables writes studies as tidy tables in Parquet: one for each class of
// the model, a row for each node, a column for each property, typed. Their columns
// are made from the tables of package model, so that a field that is new there is
// a column here.
//
// What a table has no column for stands in the table "other", a statement in each
// row: nothing of a record is left out. [Of] returns the tables, [Write] fills
// them, and [Results] writes the answer of a query. A build with the tag lean has
// none of them.
package tables
