package output

import (
	"fmt"
	"strconv"
	"strings"
)

// Size is a number of bytes as a flag says it: 512MB, 2GB or 64KiB.
type Size int64

// UnmarshalText reads it (encoding.TextUnmarshaler).
func (s *Size) UnmarshalText(text []byte) error {
	number := strings.TrimRight(string(text), "kKMGTiB ")
	factor, ok := map[string]int64{
		"": 1, "B": 1, "KB": 1e3, "MB": 1e6, "GB": 1e9, "TB": 1e12, "K": 1e3, "M": 1e6, "G": 1e9, "T": 1e12,
		"KIB": 1 << 10, "MIB": 1 << 20, "GIB": 1 << 30, "TIB": 1 << 40,
	}[strings.ToUpper(strings.TrimSpace(string(text)[len(number):]))]
	n, err := strconv.ParseInt(number, 10, 64)
	if !ok || err != nil || n <= 0 || n > (1<<62)/factor {
		return fmt.Errorf("size %q, expected a number and a unit, such as 512MB", text)
	}
	*s = Size(n * factor)
	return nil
}
