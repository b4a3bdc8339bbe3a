package payload

import "github.com/trialweave/trialweave/report"

// Check is a way in which records and their description can differ.
type Check struct {
	ID       string
	Severity report.Severity
	// Description says what must hold, Why for what reason, and Fix what to do.
	Description, Why, Fix string
}

// Checks lists the checks.
func Checks() []Check {
	return []Check{
		checkUndocumented(), checkUntyped(), checkType(), checkEnum(), checkPattern(), checkFormat(), checkRange(),
		checkRequired(), checkChoice(), checkUnseen(), checkLiteral(),
	}
}

const strictWhy = "Clients that are generated from the description, or validate by it, fail on such a record."

func checkUndocumented() Check {
	return Check{
		ID: "payload-undocumented", Severity: report.Warn,
		Description: "Every field of a record is described.",
		Why:         "Who reads the description does not know of the field; clients that are generated from it drop it.",
		Fix:         "Describe the field, or allow others with additionalProperties: true.",
	}
}

func checkUntyped() Check {
	return Check{
		ID: "payload-untyped", Severity: report.Warn,
		Description: "Objects that have fields in the records have some in the description.",
		Why:         "An object without properties says only that there is one.",
		Fix:         "Describe the fields.",
	}
}

func checkType() Check {
	return Check{
		ID: "payload-type", Severity: report.Error, Description: "Values are of the type that the description states.",
		Why: strictWhy, Fix: "Correct the type.",
	}
}

func checkEnum() Check {
	return Check{
		ID: "payload-enum", Severity: report.Error, Description: "Values of an enumeration are listed.",
		Why: strictWhy, Fix: "Add the value to the enumeration.",
	}
}

func checkPattern() Check {
	return Check{
		ID: "payload-pattern", Severity: report.Error, Description: "Texts match the pattern that the description states.",
		Why: strictWhy, Fix: "Widen the pattern.",
	}
}

func checkFormat() Check {
	return Check{
		ID: "payload-format", Severity: report.Error, Description: "Texts have the format that the description states: date, date-time.",
		Why: strictWhy, Fix: "State the format that the values have, or none.",
	}
}

func checkRange() Check {
	return Check{
		ID: "payload-range", Severity: report.Error, Description: "Numbers, texts and lists are as big and as long as the description allows.",
		Why: strictWhy, Fix: "Widen the limit.",
	}
}

func checkRequired() Check {
	return Check{
		ID: "payload-required", Severity: report.Error, Description: "What the description requires is there.",
		Why: strictWhy, Fix: "Take the field out of required, or correct its name.",
	}
}

func checkChoice() Check {
	return Check{
		ID: "payload-choice", Severity: report.Error, Description: "Values fit an alternative of anyOf, and exactly one of oneOf.",
		Why: strictWhy, Fix: "Add or widen an alternative; where several fit, narrow them, or say anyOf.",
	}
}

func checkUnseen() Check {
	return Check{
		ID: "payload-unseen", Severity: report.Info,
		Description: "Every field that is described comes in some record.",
		Why:         "It may be rare, or misspelt, or gone from the data.",
		Fix:         "Compare its name with what the records have; with few records, take more.",
	}
}

func (c Check) finding(place report.Place, message string, evidence report.Related) report.Finding {
	return report.Finding{Rule: c.ID, Severity: c.Severity, Message: message, Place: place, Related: []report.Related{evidence}}
}

// rules lists the checks as a report does.
func rules() []report.Rule {
	var out []report.Rule
	for _, c := range Checks() {
		out = append(out, report.Rule{ID: c.ID, Description: c.Description, Severity: c.Severity, From: "triallint", Help: "triallint explain " + c.ID, Why: c.Why, Fix: c.Fix, URL: report.PageURL(c.ID)})
	}
	return out
}
