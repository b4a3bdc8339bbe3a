package aact

import "testing"

func TestTextsForPostgreSQL(t *testing.T) {
	for _, test := range []struct{ got, want string }{
		{quoted("ctgov", "studies"), `"ctgov"."studies"`},
		{quoted(`a"b.c` + "\x00"), `"a""b.c"`},
		{array([]string{"NCT99990000", "", `a,b}`, `"`, `\`, " NULL "}), `{"NCT99990000","","a,b}","\"","\\"," NULL "}`},
	} {
		if test.got != test.want {
			t.Errorf("%s, want %s", test.got, test.want)
		}
	}
}
