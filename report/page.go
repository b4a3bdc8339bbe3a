package report

import "strings"

// pages is where the pages of the rules and checks are read.
const pages = "https://github.com/trialweave/trialweave/blob/main/docs/reference/rules/"

// PageName is the name of the file of the page of a bundled rule or a check.
func PageName(id string) string { return strings.ReplaceAll(id, "$", "") + ".md" }

// PageURL is the address of the page of a bundled rule or a check.
func PageURL(id string) string { return pages + PageName(id) }
