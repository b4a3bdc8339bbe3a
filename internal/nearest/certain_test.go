package nearest

import "testing"

// TestCertain holds which names are slips of others.
func TestCertain(t *testing.T) {
	for _, tt := range []struct {
		name       string
		candidates []string
		want       string
	}{
		{"Stuby", []string{"Study", "Site"}, "Study"},
		{"mian", []string{"main", "common"}, "main"},
		{"pagesize", []string{"pageSize", "pageToken"}, "pageSize"},
		{"openapi/mian-api.yml", []string{"openapi/main-api.yml"}, "openapi/main-api.yml"},
		{"AccountList", []string{"account_link"}, ""},
		{"ExternalAccountList", []string{"external_account"}, ""},
		{"account_settings", []string{"account_session"}, ""},
		{"deleted_bank_account", []string{"deleted_account"}, ""},
		{"InvoiceList", []string{"invoice_link", "invoice"}, ""},
		{"datacite-rest-api", []string{"datacite-dois-api"}, ""},
		{"v1/orders", []string{"v2/orders"}, ""},
		{"SourceA", []string{"SourceB"}, ""},
		{"Adress2", []string{"Adress3"}, ""},
		{"Oder", []string{"Order", "Odes"}, ""},
		{"Order", []string{"Order"}, ""},
		{"", []string{"a"}, ""},
		{"ab", []string{"ac"}, ""},
	} {
		if got := Certain(tt.name, tt.candidates); got != tt.want {
			t.Errorf("%q of %q: %q, want %q", tt.name, tt.candidates, got, tt.want)
		}
	}
}
