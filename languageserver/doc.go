// Package languageserver is triallint in an editor: a server of the Language Server
// Protocol 3.17 for OpenAPI descriptions, APIs.json indexes, capabilities, JSON-LD
// contexts, overlays and rulesets.
//
// [Serve] talks to one client over a pair of streams. What it says of a document is
// what a run of triallint over the folder says; open buffers take the place of files.
// Nothing outside of the folders of the workspace is read.
//
// The messages of the protocol that it needs are written here: of the libraries for Go,
// go.lsp.dev/protocol 0.12.0 and github.com/tliron/glsp 0.2.2 stop at version 3.16,
// which has no position encodings, and bring a logger, and glsp a WebSocket server.
package languageserver
