package rdf

import "encoding/binary"

// appendShownIRI is appendIRIMessage, faster for most numbers.
func appendShownIRI(dst []byte, number uint64, prefix, name uint32) []byte {
	const (
		one, two = 1 << 7, 1 << 14
		nameTag  = 2<<3 | wireVarint
	)
	tag := byte(number<<3 | wireBytes)
	switch {
	case prefix != 0 || name >= two:
		return appendIRIMessage(dst, number, prefix, name)
	case name == 0:
		return append(dst, tag, 0)
	case name < one:
		return append(dst, tag, 2, nameTag, byte(name))
	}
	return append(dst, tag, 3, nameTag, byte(name)|one, byte(name>>7))
}

// appendJelly appends a literal as a field.
func (b *Batch) appendJelly(dst []byte, number uint64, t *BatchLiteral, datatype uint32) []byte {
	const most, small = 100, 1 << 7
	text, language := b.LiteralText(t), b.LanguageOf(t)
	if n := len(text); n > 0 && n < most && len(language) == 0 && datatype < small {
		size, tag := byte(n+2), byte(number<<3|wireBytes)
		if datatype == 0 {
			return append(append(dst, tag, size, 1<<3|wireBytes, byte(n)), text...)
		}
		dst = append(append(dst, tag, size+2, 1<<3|wireBytes, byte(n)), text...)
		return append(dst, 3<<3|wireVarint, byte(datatype))
	}
	size := 0
	for _, part := range [...][]byte{text, language} {
		if len(part) > 0 {
			size += 1 + uvarintLength(uint64(len(part))) + len(part)
		}
	}
	if datatype != 0 {
		size += 1 + uvarintLength(uint64(datatype))
	}
	dst = binary.AppendUvarint(binary.AppendUvarint(dst, number<<3|wireBytes), uint64(size)) //nolint:gosec // not negative
	if len(text) > 0 {
		dst = appendText(dst, 1, text)
	}
	if len(language) > 0 {
		dst = appendText(dst, 2, language)
	}
	if datatype != 0 {
		dst = appendNumber(dst, 3, uint64(datatype))
	}
	return dst
}

// setLengths sets the lengths of a row and of the message in it, for which a byte each
// was left; longer ones move the message.
func setLengths(frame []byte, from int) []byte {
	const head, most = 4, 0x7F
	length := len(frame) - from - head
	if length+2 <= most {
		frame[from+1], frame[from+3] = byte(length+2), byte(length) //nolint:gosec // at most 127
		return frame
	}
	inner := 1 + uvarintLength(uint64(length)) + length
	more := uvarintLength(uint64(inner)) + uvarintLength(uint64(length)) - 2
	number := frame[from+2]
	for range more {
		frame = append(frame, 0)
	}
	copy(frame[from+head+more:], frame[from+head:from+head+length])
	at := binary.AppendUvarint(frame[:from+1], uint64(inner))
	binary.AppendUvarint(append(at, number), uint64(length))
	return frame
}

// appendJellyEntry appends a row with an entry of a table; shown is 0 where a reader
// expects its number.
func appendJellyEntry(dst []byte, number byte, shown uint32, text []byte) []byte {
	const most = 100
	if n := byte(len(text)); shown == 0 && len(text) > 0 && len(text) < most { //nolint:gosec // at most 100
		dst = append(dst, jellyFrameRow<<3|wireBytes, n+4, number<<3|wireBytes, n+2, 2<<3|wireBytes, n)
		return append(dst, text...)
	}
	from := len(dst)
	dst = append(dst, jellyFrameRow<<3|wireBytes, 0, number<<3|wireBytes, 0)
	if shown != 0 {
		dst = appendNumber(dst, 1, uint64(shown))
	}
	if len(text) > 0 {
		dst = appendText(dst, 2, text)
	}
	return setLengths(dst, from)
}
