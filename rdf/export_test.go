package rdf

// CanonicalForm is the form with the labels of blank nodes, by any hash.
var CanonicalForm = canonicalForm
