package sparql

import "github.com/trialweave/trialweave/rdf"

// Form is the form of a query.
type Form uint8

// The forms.
const (
	Select Form = iota
	Ask
	Construct
	Describe
)

// Query is a parsed query.
type Query struct {
	Form Form
	// Variables are the names of the columns of a SELECT.
	Variables []string
	// Implied are the prefixes that the query uses and does not declare.
	Implied   []rdf.Prefix
	root      node
	columns   []int
	template  []triple
	describe  []slot
	names     []string       // names of all variables, by number; "" for hidden ones
	hidden    map[int]string // how these are shown
	from      []rdf.Term
	fromNamed []rdf.Term
	dataset   bool
	refused   *Error // why it cannot be evaluated here: a function that is not there
	base      string
	tokens    int // of its text

	parameters []Parameter
	prefixes   map[string]string // as at the end of the prologue
}

// slot is a place of a pattern: a variable by number, or a term.
type slot struct {
	variable int // -1 for a term
	term     rdf.Term
}

func (s slot) isVar() bool { return s.variable >= 0 }

// triple is a triple pattern, or a path pattern.
type triple struct {
	subject, predicate, object slot
	path                       path // nil for a plain triple
}

// path is a property path (section 9).
type path interface{ isPath() }

type (
	pathIRI      struct{ iri rdf.Term }
	pathInverse  struct{ inner path }
	pathSequence struct{ left, right path }
	pathChoice   struct{ left, right path }
	// pathRepeat is inner repeated: ? is 0 to 1, * is 0 on, + is 1 on.
	pathRepeat struct {
		inner path
		zero  bool
		many  bool
	}
	pathNegated struct{ forward, backward []rdf.Term }
	// tripleTerm is not a path: the pattern says that a variable is the triple term of
	// its subject, predicate and object. Another pattern binds the variable, or can:
	// that of what reifies it, where there is one.
	tripleTerm struct {
		variable int
		reified  bool
	}
)

func (pathIRI) isPath()      {}
func (pathInverse) isPath()  {}
func (pathSequence) isPath() {}
func (pathChoice) isPath()   {}
func (pathRepeat) isPath()   {}
func (pathNegated) isPath()  {}
func (tripleTerm) isPath()   {}

// node is an operator of the algebra (section 18.2).
type node interface{ isNode() }

type (
	// bgp is a basic graph pattern; path patterns are part of it.
	bgp struct {
		patterns []triple
		// filters are of variables that the patterns bind, to be asked as early
		// as can be.
		filters []expr
	}
	join     struct{ left, right node }
	leftJoin struct {
		left, right node
		on          expr // nil for true
	}
	// lateral puts each solution of the left side into the right side (SEP-0006).
	lateral struct{ left, right node }
	union   struct{ left, right node }
	minus   struct{ left, right node }
	filter  struct {
		inner node
		by    expr
	}
	extend struct {
		inner    node
		variable int
		by       expr
	}
	values struct {
		variables []int
		rows      [][]rdf.Term // the zero term is UNDEF
	}
	graph struct {
		name  slot
		inner node
	}
	group struct {
		inner node
		keys  []groupKey
		// aggregates are computed into variables of their own.
		aggregates []aggregate
	}
	// project renames: the solutions have only the variables to, with what the
	// inner ones have as from.
	project struct {
		inner    node
		from, to []int
	}
	distinct struct{ inner node }
	orderBy  struct {
		inner node
		by    []orderKey
	}
	slice struct {
		inner         node
		offset, limit int // -1 for no limit
	}
	// service is a pattern that another service matches: it is sent as it is
	// written, after the prologue that it was read with.
	service struct {
		name     slot
		silent   bool
		inner    node
		prologue string
		text     string
	}
)

func (*bgp) isNode()      {}
func (*join) isNode()     {}
func (*leftJoin) isNode() {}
func (*lateral) isNode()  {}
func (*union) isNode()    {}
func (*minus) isNode()    {}
func (*filter) isNode()   {}
func (*extend) isNode()   {}
func (*values) isNode()   {}
func (*graph) isNode()    {}
func (*group) isNode()    {}
func (*project) isNode()  {}
func (*distinct) isNode() {}
func (*orderBy) isNode()  {}
func (*slice) isNode()    {}
func (*service) isNode()  {}

type groupKey struct {
	variable int
	by       expr // nil where the variable itself is the key
}

type orderKey struct {
	by         expr
	descending bool
}

// aggregate is one of the set functions (section 18.5.1).
type aggregate struct {
	name      string // COUNT, SUM, MIN, MAX, AVG, SAMPLE, GROUP_CONCAT
	of        expr   // nil for COUNT(*)
	distinct  bool
	separator string
	variable  int
}

// expr is an expression (section 17).
type expr interface{ isExpr() }

type (
	varExpr   struct{ variable int }
	constExpr struct{ term rdf.Term }
	// callExpr is an operator or function by its name in capitals.
	callExpr struct {
		name string
		args []expr
	}
	// castExpr is a function named by an IRI.
	castExpr struct {
		iri  string
		args []expr
	}
	inExpr struct {
		of      expr
		list    []expr
		negated bool
	}
	existsExpr struct {
		pattern node
		negated bool
	}
)

func (varExpr) isExpr()    {}
func (constExpr) isExpr()  {}
func (callExpr) isExpr()   {}
func (castExpr) isExpr()   {}
func (inExpr) isExpr()     {}
func (existsExpr) isExpr() {}
