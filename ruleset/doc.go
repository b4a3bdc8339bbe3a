// Package ruleset runs rulesets as Spectral does, in Go alone: it follows the
// references of documents, evaluates the JSONPath of rules, applies their functions
// and says where in which file each finding is written.
//
// Read a ruleset with the package rules, compile its rules with [Compile], make a
// document with [NewDocument] or [ParseFile], and judge it with [Compiled.Run].
// [Compiled.Looks] also says what a rule looked at, with or without a finding. A
// rule's work is bounded by steps and not by time, so that a verdict does not depend
// on how busy the machine is.
//
// Rules that ask for a valid description, such as oas3-schema of spectral:oas, need the
// schemas of OpenAPI, which a program links by importing the package openapi/schemas;
// without it they end with [openapi.ErrNoSchemas].
//
// The package lint runs rulesets on whole folders, with overrides, ignores and
// checks of its own.
package ruleset
