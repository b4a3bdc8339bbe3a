// Package vacuum runs the rule packs of the vacuum linter for package lint:
// pass an [Engine] in lint.Options.Engines, and rulesets can extend
// "vacuum:oas".
//
// It is the only package that imports vacuum, whose dependencies take about
// ten CPU-minutes to compile the first time; a build with the tag
// novacuum, or lean, does without the engine.
package vacuum
