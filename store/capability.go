package store

// Capability is what a kind of store can do, as far as a loader has to know.
// The integration tests hold it against real servers.
type Capability struct {
	Kind Kind
	// Name is what people call it.
	Name string
	// Quads says that N-Quads of many graphs can be sent in one request.
	Quads bool
	// Atomic says that the operations of one update request happen together or
	// not at all.
	Atomic bool
	// Values says that VALUES with a hundred graphs is answered in good time.
	Values bool
	// Forgets says that a server that was killed may have lost a part of a graph
	// that it had acknowledged, and that was counted, or may show it in one of its
	// indexes only.
	Forgets bool
	// Rows is the most rows that a query answers with; 0 is no limit.
	Rows int
	// InsertMost is how many triples one INSERT DATA may hold; 0 is no limit.
	InsertMost int
	// Workers is how many graphs are worth sending at a time.
	Workers int
	// LiteralMost is how many bytes a literal may have over HTTP; 0 is no limit.
	LiteralMost int
	// NoDefault says that there is no default graph that is not the union.
	NoDefault bool
	// Union says how to make the default graph the union of the named ones;
	// "always" where it is.
	Union string
	// Bulk names the store's own loader.
	Bulk string
	// RDF12 says that it takes triple terms and directions of texts, in N-Quads and
	// in updates.
	RDF12 bool
	// Offline says that it is only loaded in bulk.
	Offline bool
}

// Capabilities returns what each kind of store can do.
func Capabilities() []Capability {
	return []Capability{
		{Kind: Oxigraph, Name: "Oxigraph", RDF12: true, Quads: true, Atomic: true, Values: true, Workers: 1,
			Union: "start the server with --union-default-graph", Bulk: "oxigraph load"},
		{Kind: Fuseki, Name: "Fuseki, TDB2", RDF12: true, Quads: true, Atomic: true, Values: true, Workers: 1,
			Union: "start the server with --set tdb2:unionDefaultGraph=true, or set tdb2:unionDefaultGraph true in its configuration", Bulk: "tdb2.tdbloader"},
		{Kind: RDF4J, Name: "RDF4J Server, GraphDB", Forgets: true, Quads: true, Atomic: true, Values: true, Workers: 1,
			Union: "always", Bulk: "importrdf"},
		{Kind: Virtuoso, Name: "Virtuoso", Forgets: true, Rows: 10000, InsertMost: 1000, Workers: 1, LiteralMost: 99_000, NoDefault: true,
			Union: "always", Bulk: "ld_dir, rdf_loader_run"},
		{Kind: GSP, Name: "any, by the Graph Store Protocol", Rows: 10000, InsertMost: 1000, Workers: 1, Union: "see its documentation"},
		{Kind: Update, Name: "any, by SPARQL Update", Rows: 10000, InsertMost: 1000, Workers: 1, Union: "see its documentation"},
		{Kind: TDB2, Name: "TDB2, offline", Offline: true, Union: "set tdb2:unionDefaultGraph true in the configuration", Bulk: "tdb2.tdbloader"},
		{Kind: Neptune, Name: "Amazon Neptune", Offline: true, Union: "always", Bulk: "its bulk loader, from S3"},
		{Kind: QLever, Name: "QLever", Offline: true, Union: "always", Bulk: "qlever index"},
	}
}

func capability(kind Kind) *Capability {
	for _, c := range Capabilities() {
		if c.Kind == kind {
			return &c
		}
	}
	return nil
}
