// Package validate checks what studies say, and what graphs of RDF say, against
// SHACL shapes: those of the model, or a user's own.
//
// [Shapes] reads shapes, package shacl compiles them. [Studies] checks records as
// they are converted, [Graphs] the graphs of quads that come from anywhere.
package validate
