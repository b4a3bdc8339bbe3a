package change

import "github.com/trialweave/trialweave/report"

// kind is a kind of change of a description: what happens in which direction.
type kind struct {
	id       string
	severity report.Severity
	// what is the change, and effect what it does to a client.
	what, effect string
}

const (
	notSent   = "Clients send what is no longer accepted."
	notAsked  = "Clients do not send what is asked for now."
	notRead   = "Clients read what no longer comes, or cannot read what comes."
	harmless  = "What clients send and read today still works."
	mayIgnore = "What clients send is ignored, or what they may read is missing; nothing fails by itself."
)

// kinds is the table of changes of a description, as the docs have it.
func kinds() []kind {
	return append(sentKinds(), readKinds()...)
}

// sentKinds are the kinds of calls and of what they send.
func sentKinds() []kind {
	return []kind{
		{"change-operation-removed", report.Error, "An operation is removed.", notSent},
		{"change-operation-added", report.Info, "An operation is added.", harmless},
		{"change-operation-deprecated", report.Info, "An operation is deprecated.", harmless},
		{"change-operation-id", report.Info, "The operationId of an operation is another.", "Requests are the same; generated code has another name."},
		{"change-server-removed", report.Warn, "The address of a server is removed or changed.", "Clients call the old address, which may answer or not."},
		{"change-security-added", report.Error, "A call needs credentials that it did not need.", "Clients do not send them."},
		{"change-security-removed", report.Info, "A call needs fewer credentials.", harmless},
		{"change-security-scheme", report.Error, "A security scheme is of another type, or its key is elsewhere.", "Clients send credentials in the old way."},
		{"change-parameter-removed", report.Warn, "A parameter is removed.", mayIgnore},
		{"change-parameter-added", report.Info, "An optional parameter is added.", harmless},
		{"change-parameter-required", report.Error, "A parameter is required that was not, or not there.", notAsked},
		{"change-parameter-optional", report.Info, "A parameter is no longer required.", harmless},
		{"change-parameter-style", report.Error, "A parameter is written in another way (style, explode, collectionFormat, allowReserved, content).", notSent},
		{"change-request-body-required", report.Error, "A request body is required that was not, or not there.", notAsked},
		{"change-request-body-optional", report.Info, "A request body is no longer required.", harmless},
		{"change-request-body-removed", report.Error, "A request body is removed.", notSent},
		{"change-request-body-added", report.Info, "An optional request body is added.", harmless},
		{"change-request-media-type-removed", report.Error, "A media type of a request is removed.", notSent},
		{"change-request-media-type-added", report.Info, "A media type of a request is added.", harmless},
		{"change-request-type-narrowed", report.Error, "A request takes fewer types of values.", notSent},
		{"change-request-type-widened", report.Info, "A request takes more types of values.", harmless},
		{"change-request-enum-narrowed", report.Error, "A request takes fewer values of an enum, or an enum is added.", notSent},
		{"change-request-enum-widened", report.Info, "A request takes more values of an enum.", harmless},
		{"change-request-null-removed", report.Error, "A request no longer takes null.", notSent},
		{"change-request-null-added", report.Info, "A request takes null.", harmless},
		{"change-request-property-required", report.Error, "A property of a request is required that was not, or not there.", notAsked},
		{"change-request-property-optional", report.Info, "A property of a request is no longer required.", harmless},
		{"change-request-property-removed", report.Warn, "A property of a request is removed.", mayIgnore},
		{"change-request-property-added", report.Info, "An optional property of a request is added.", harmless},
		{"change-request-closed", report.Error, "A request takes no further properties.", notSent},
		{"change-request-opened", report.Info, "A request takes further properties.", harmless},
		{"change-request-limit-narrowed", report.Error, "A limit of a request is narrower (length, size, number, pattern, uniqueness).", notSent},
		{"change-request-limit-widened", report.Info, "A limit of a request is wider.", harmless},
		{"change-request-format-narrowed", report.Error, "A request takes a format, or another one.", notSent},
		{"change-request-format-widened", report.Info, "A request no longer asks for a format.", harmless},
		{"change-request-default", report.Info, "A default of a request is another.", "What clients leave out means something else."},
		{"change-request-alternative-removed", report.Error, "An alternative (oneOf, anyOf) of a request is removed.", notSent},
		{"change-request-alternative-added", report.Info, "An alternative of a request is added.", harmless},
		{"change-request-other", report.Warn, "A keyword of a request's schema is changed of which the effect is not judged (not, if, contains, prefixItems, patternProperties, discriminator and others), or the encoding of its parts.", "Clients may send what is no longer accepted."},
	}
}

// readKinds are the kinds of what clients read.
func readKinds() []kind {
	return []kind{
		{"change-response-removed", report.Error, "A response for success is removed.", notRead},
		{"change-response-error-removed", report.Info, "A response for an error is removed.", harmless},
		{"change-response-added", report.Info, "A response is added.", harmless},
		{"change-response-media-type-removed", report.Error, "A media type of a response is removed.", notRead},
		{"change-response-media-type-added", report.Info, "A media type of a response is added.", harmless},
		{"change-response-header-removed", report.Error, "A header that a response always had is removed.", notRead},
		{"change-response-header-gone", report.Warn, "An optional header of a response is removed.", mayIgnore},
		{"change-response-header-optional", report.Error, "A header that a response always had is optional.", notRead},
		{"change-response-header-required", report.Info, "A header of a response is always there.", harmless},
		{"change-response-header-added", report.Info, "A header of a response is added.", harmless},
		{"change-response-type-widened", report.Error, "A response has more types of values.", notRead},
		{"change-response-type-narrowed", report.Info, "A response has fewer types of values.", harmless},
		{"change-response-enum-widened", report.Error, "A response has more values of an enum, or an enum is removed.", notRead},
		{"change-response-enum-narrowed", report.Info, "A response has fewer values of an enum.", harmless},
		{"change-response-null-added", report.Error, "A response may be null.", notRead},
		{"change-response-null-removed", report.Info, "A response is never null.", harmless},
		{"change-response-property-removed", report.Error, "A property that a response always had is removed.", notRead},
		{"change-response-property-gone", report.Warn, "An optional property of a response is removed.", mayIgnore},
		{"change-response-property-optional", report.Error, "A property that a response always had is optional.", notRead},
		{"change-response-property-required", report.Info, "A property of a response is always there.", harmless},
		{"change-response-property-added", report.Info, "A property of a response is added.", harmless},
		{"change-response-limit-widened", report.Error, "A limit of a response is wider.", "Clients that hold the limit refuse what comes, or have no room for it."},
		{"change-response-limit-narrowed", report.Info, "A limit of a response is narrower.", harmless},
		{"change-response-format-widened", report.Error, "A response has another format, or none.", notRead},
		{"change-response-format-narrowed", report.Info, "A response has a format.", harmless},
		{"change-response-alternative-added", report.Error, "An alternative (oneOf, anyOf) of a response is added.", notRead},
		{"change-response-alternative-removed", report.Info, "An alternative of a response is removed.", harmless},
		{"change-response-other", report.Warn, "A keyword of a response's schema, or a link, is changed of which the effect is not judged.", "Clients may read what they do not expect."},
	}
}

// kindChecks are the kinds as checks.
func kindChecks() (out []Check) {
	for _, k := range kinds() {
		fix := "Nothing; mention it in the release notes."
		if k.severity < report.Info {
			fix = "Keep what clients rely on, or make it a new major version."
		}
		out = append(out, Check{ID: k.id, Severity: k.severity, Description: k.what, Why: k.effect, Fix: fix})
	}
	return out
}
