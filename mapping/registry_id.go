package mapping

// registryID is an identifier of another registry: the name of its scheme,
// and, of the study's page there, the address, the number and the version.
type registryID struct{ scheme, page, number, version string }

// Identifiers of other registries, by their form: half of the EudraCT numbers
// in the data are not marked as such. In a form, 9 stands for a digit, A for a
// capital, w for a letter, a digit or "_", and the rest for itself.
const (
	formEU      = "9999-999999-99"
	formUTN     = "U1111-9999-9999"
	formGrant   = "A99AA999999"
	formVersion = "-99"
	formCountry = "-ww"
	pageEUCT    = "https://euclinicaltrials.eu/ctis-public/view/"
	pageEudraCT = "https://www.clinicaltrialsregister.eu/ctr-search/search?query=eudract_number:"
)

// recognizeID names the scheme of an identifier and finds the page of the
// study in that registry.
func recognizeID(id string) registryID {
	if len(id) >= len(formEU) && hasForm(id[:len(formEU)], formEU) {
		return europeanID(id[:len(formEU)], id[len(formEU):])
	}
	switch {
	case hasForm(id, formUTN):
		return registryID{scheme: "WHO_UTN"}
	case isGrant(id):
		return registryID{scheme: "NIH_GRANT"}
	}
	return registryID{}
}

// europeanID tells the numbers of the two European registers apart: those of
// CTIS begin in 2022, and their second part begins with 5.
func europeanID(number, rest string) registryID {
	if number[:4] >= "2022" && number[:2] == "20" && number[5] == '5' {
		switch {
		case rest == "":
			return registryID{"EU_CT", pageEUCT, number, "-00"}
		case hasForm(rest, formVersion):
			return registryID{"EU_CT", pageEUCT, number, rest}
		}
	}
	if rest == "" || hasForm(rest, formCountry) {
		return registryID{"EUDRACT", pageEudraCT, number, ""}
	}
	return registryID{}
}

// isGrant recognizes a grant of the NIH: type, activity, institute and number,
// such as 5R01HL123456-02A1, where type, support year and suffixes may be
// missing.
func isGrant(id string) bool {
	if id != "" && id[0] >= '0' && id[0] <= '9' {
		id = id[1:]
	}
	if len(id) < len(formGrant) || !hasForm(id[:len(formGrant)], formGrant) {
		return false
	}
	switch rest := id[len(formGrant):]; len(rest) {
	case 0:
		return true
	case 3:
		return hasForm(rest, "-99")
	case 4:
		return hasForm(rest, "-99A") || hasForm(rest, "-999")
	case 5:
		return hasForm(rest, "-99A9")
	}
	return false
}

func hasForm(s, form string) bool {
	if len(s) != len(form) {
		return false
	}
	for i := 0; i < len(s); i++ {
		c, f := s[i], form[i]
		digit, capital := c >= '0' && c <= '9', c >= 'A' && c <= 'Z'
		switch f {
		case '9':
			if !digit {
				return false
			}
		case 'A':
			if !capital {
				return false
			}
		case 'w':
			if !digit && !capital && c != '_' && (c < 'a' || c > 'z') {
				return false
			}
		default:
			if c != f {
				return false
			}
		}
	}
	return true
}
