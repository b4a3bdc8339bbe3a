package source_test

import (
	"errors"
	"fmt"
	"io"
	"testing"

	"github.com/trialweave/trialweave/source"
)

func ExampleError() {
	err := &source.Error{
		Position: source.Position{File: "studies.ndjson", Offset: 1432, Pointer: "/protocolSection/statusModule/startDateStruct"},
		Problem:  `found "2020"`, Expected: "an object",
	}
	fmt.Println(err)
	// Output: studies.ndjson:offset 1432 #/protocolSection/statusModule/startDateStruct: found "2020", expected an object
}

func ExampleAtLine() {
	fmt.Println(source.AtLine("openapi.yml", 12, 5))
	fmt.Println(source.AtLine("openapi.yml", 12, 0))
	// Output:
	// openapi.yml:12:5
	// openapi.yml:12
}

func ExampleAt() {
	fmt.Println(source.At("bulk.zip!NCT99990001.json", 0))
	// Output: bulk.zip!NCT99990001.json:offset 0
}

func TestErrorUnwraps(t *testing.T) {
	err := fmt.Errorf("run: %w", &source.Error{Position: source.At("-", 7), Problem: "cannot be read", Err: io.ErrUnexpectedEOF})
	var at *source.Error
	if !errors.As(err, &at) || at.Offset != 7 || !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("%v does not unwrap to its place and cause", err)
	}
	if want := "run: -:offset 7: cannot be read: unexpected EOF"; err.Error() != want {
		t.Errorf("got %q, expected %q", err, want)
	}
}

func TestPointerTokens(t *testing.T) {
	for token, escaped := range map[string]string{"": "", "a/b": "a~1b", "~1": "~01", "m~n": "m~0n", "~/": "~0~1"} {
		if got := source.EscapePointer(token); got != escaped {
			t.Errorf("EscapePointer(%q) = %q, expected %q", token, got, escaped)
		}
		if got := source.UnescapePointer(escaped); got != token {
			t.Errorf("UnescapePointer(%q) = %q, expected %q", escaped, got, token)
		}
	}
}
