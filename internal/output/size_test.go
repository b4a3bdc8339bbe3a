package output

import "testing"

func TestSize(t *testing.T) {
	for text, want := range map[string]Size{"64MB": 64e6, "2GB": 2e9, "7": 7, "1KB": 1000, "64KiB": 64 << 10} {
		var n Size
		if err := n.UnmarshalText([]byte(text)); err != nil || n != want {
			t.Errorf("%s: %d, %v", text, n, err)
		}
	}
	for _, text := range []string{"", "MB", "-1", "0", "5XB", "9999999999999GB"} {
		var n Size
		if err := n.UnmarshalText([]byte(text)); err == nil {
			t.Errorf("%q is %d", text, n)
		}
	}
}
