package index

import (
	"encoding/binary"
	"fmt"
	"strings"

	"github.com/zeebo/xxh3"

	"github.com/trialweave/trialweave/rdf"
)

// A key is a term as it is stored: a tag, and bytes of which the tag says what
// they are. Equal terms have equal keys.
const (
	tagIRI    = 1 + iota
	tagBlank  // the label
	tagString // an xsd:string
	tagLang   // the length of the tag, the tag in small letters, the string
	tagTyped  // the length of the datatype, the datatype, the lexical form
	tagCommon // this and up: the lexical form, of a datatype of commonTypes

	// Terms of RDF 1.2. An index without them has the same bytes as ever; a reader
	// that does not know the tags refuses the term.
	tagDirLang = 254 // as tagLang, the tag with the direction behind it: "ar--rtl"
	tagTriple  = 255 // the three terms, as the Value of an rdf.Term has them
)

// commonTypes are the datatypes that have a tag of their own. Their order is
// part of the format.
var commonTypes = [...]string{
	rdf.XSDInteger, rdf.XSDDecimal, rdf.XSDBoolean, rdf.XSDDouble,
	xsd + "date", xsd + "gYearMonth", xsd + "gYear", xsd + "dateTime", xsd + "nonNegativeInteger", xsd + "anyURI",
	"http://www.opengis.net/ont/geosparql#wktLiteral",
}

const xsd = "http://www.w3.org/2001/XMLSchema#"

// commonTag is the tag of a datatype, 0 where it has none.
func commonTag[T string | []byte](datatype T) byte {
	for i, d := range commonTypes {
		if string(datatype) == d {
			return tagCommon + byte(i)
		}
	}
	return 0
}

// appendKey appends what follows the tag in the key of a term.
func appendKey(dst []byte, t rdf.Term) (tag byte, key []byte) {
	switch t.Kind {
	case rdf.IRITerm:
		return tagIRI, append(dst, t.Value...)
	case rdf.BlankTerm:
		return tagBlank, append(dst, t.Value...)
	case rdf.TripleTerm:
		return tagTriple, append(dst, lowered(t).Value...)
	}
	if t.Language != "" {
		// Language tags mean the same in capitals (RDF 1.1 Concepts, section 3.3).
		language := strings.ToLower(t.Language)
		if t.Direction != rdf.NoDirection {
			language += "--" + t.Direction.String()
			dst = binary.AppendUvarint(dst, uint64(len(language)))
			return tagDirLang, append(append(dst, language...), t.Value...)
		}
		dst = binary.AppendUvarint(dst, uint64(len(language)))
		return tagLang, append(append(dst, language...), t.Value...)
	}
	if t.Datatype == "" || t.Datatype == rdf.XSDString {
		return tagString, append(dst, t.Value...)
	}
	if tag := commonTag(t.Datatype); tag != 0 {
		return tag, append(dst, t.Value...)
	}
	dst = binary.AppendUvarint(dst, uint64(len(t.Datatype)))
	return tagTyped, append(append(dst, t.Datatype...), t.Value...)
}

// lowered is a term with its language tags in small letters.
func lowered(t rdf.Term) rdf.Term {
	switch {
	case t.Language != "":
		t.Language = strings.ToLower(t.Language)
	case t.Kind == rdf.TripleTerm && strings.Contains(t.Value, `"@`):
		if s, p, o, ok := t.Triple(); ok {
			return rdf.Triple(s, p, lowered(o))
		}
	}
	return t
}

// termOf makes the term of a key.
func termOf(tag byte, key []byte) (rdf.Term, error) {
	switch {
	case tag == tagIRI:
		return rdf.IRI(string(key)), nil
	case tag == tagBlank:
		return rdf.Blank(string(key)), nil
	case tag == tagString:
		return rdf.String(string(key)), nil
	case tag == tagTriple:
		return rdf.Term{Kind: rdf.TripleTerm, Value: string(key)}, nil
	case tag >= tagCommon && int(tag-tagCommon) < len(commonTypes):
		return rdf.Typed(string(key), commonTypes[tag-tagCommon]), nil
	}
	n, size := binary.Uvarint(key)
	if size <= 0 || n > uint64(len(key)-size) || !hasPrefix(tag) {
		return rdf.Term{}, fmt.Errorf("a term of tag %d", tag)
	}
	kind, value := string(key[size:size+int(n)]), string(key[size+int(n):])
	switch tag {
	case tagLang:
		return rdf.LangString(value, kind), nil
	case tagDirLang:
		language, direction, _ := strings.Cut(kind, "--")
		d := rdf.LeftToRight
		if direction == rdf.RightToLeft.String() {
			d = rdf.RightToLeft
		}
		return rdf.DirLangString(value, language, d), nil
	}
	return rdf.Typed(value, kind), nil
}

// hasPrefix reports whether a length and a language or datatype stand before the
// text of a key.
func hasPrefix(tag byte) bool { return tag == tagLang || tag == tagTyped || tag == tagDirLang }

// isLiteral reports whether a tag is that of a literal.
func isLiteral(tag byte) bool { return tag != tagIRI && tag != tagBlank && tag != tagTriple }

// digest stands for a key; two keys share one by chance once in 2^96 pairs or so.
type digest [3]uint32

// digestOf is a part of the 128 bits of XXH3, with the tag mixed in.
func digestOf(tag byte, key []byte) digest {
	const golden = 0x9E3779B97F4A7C15 // 2^64 over the golden ratio
	h := xxh3.Hash128(key)
	h.Lo += uint64(tag) * golden
	return digest{uint32(h.Lo >> 32), uint32(h.Lo), uint32(h.Hi)}
}
