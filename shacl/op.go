package shacl

// op is a constraint component by number: values are checked millions of times.
type op uint8

const (
	opNone op = iota
	opClass
	opDatatype
	opNodeKind
	opMinCount
	opMaxCount
	opMinLength
	opMaxLength
	opPattern
	opLanguageIn
	opUniqueLang
	opEquals
	opDisjoint
	opLessThan
	opLessThanOrEquals
	opNot
	opAnd
	opOr
	opXone
	opNode
	opHasValue
	opIn
	opClosed
	opMinInclusive
	opMaxInclusive
	opMinExclusive
	opMaxExclusive
	opQualifiedMinCount
	opQualifiedMaxCount
	opSPARQL
	opComponent // of a component that the shapes declare
)

// parameters are the names of the ops, from the second on.
var parameters = [...]string{
	"class",
	"datatype",
	"nodeKind",
	"minCount",
	"maxCount",
	"minLength",
	"maxLength",
	"pattern",
	"languageIn",
	"uniqueLang",
	"equals",
	"disjoint",
	"lessThan",
	"lessThanOrEquals",
	"not",
	"and",
	"or",
	"xone",
	"node",
	"hasValue",
	"in",
	"closed",
	"minInclusive",
	"maxInclusive",
	"minExclusive",
	"maxExclusive",
	"qualifiedMinCount",
	"qualifiedMaxCount",
	"sparql",
}

// opOf returns the op of a parameter, opNone for one that is not compiled.
func opOf(parameter string) op {
	for i, p := range parameters {
		if p == parameter {
			return op(i + 1)
		}
	}
	return opNone
}
