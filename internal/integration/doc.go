// Package integration holds the tests that need other people's tools: JSON-LD
// processors, RDF libraries, triple stores. They are behind the build tag
// "integration", since they install those tools, into build/integration or
// the folder that TRIALWEAVE_BUILD names, through npm, pip and Maven:
//
//	make integration
package integration
