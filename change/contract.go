package change

import (
	"fmt"
	"slices"
	"strings"

	"github.com/trialweave/trialweave/report"
	"github.com/trialweave/trialweave/yamltree"
)

// contract compares what clients of two versions send and read.
type contract struct {
	old, now *version
	// mixed is set where one version is of OpenAPI 2.0, and the other is not.
	mixed    bool
	checks   map[string]Check
	findings []report.Finding
	// seen are the pairs of schemas that were compared, in each direction, and
	// said what was reported: a schema that many operations share is reported
	// once.
	seen map[schemaPair]bool
	// others are the pairs whose keywords without a verdict were compared.
	others map[schemaPair]bool
	said   map[string]bool
	left   int
}

// maxSteps bounds the comparison: schemas looked at, in both versions, and
// pairs of them. Descriptions of 13 MB take less than a hundredth.
const maxSteps = 50_000_000

// compareContracts lists what changes for clients.
func compareContracts(old, now *yamltree.Document) (*contract, error) {
	c := &contract{checks: map[string]Check{}, seen: map[schemaPair]bool{}, others: map[schemaPair]bool{}, said: map[string]bool{}, left: maxSteps}
	c.old, c.now = newVersion(old, &c.left), newVersion(now, &c.left)
	c.mixed = c.old.swagger != c.now.swagger
	for _, check := range kindChecks() {
		c.checks[check.ID] = check
	}
	before, after := c.old.root(), c.now.root()
	c.compareServers(serversOf(before), serversOf(after), before, after, "")
	c.schemes(before, after)
	c.operations()
	c.webhooks(before, after)
	if c.left < 0 {
		return nil, fmt.Errorf("%s and %s were not compared: their schemas take more than %d steps", old.Name, now.Name, maxSteps)
	}
	return c, nil
}

// say reports a change at the place where it is, or was.
func (c *contract) say(id string, old, now spot, format string, args ...any) {
	check, ok := c.checks["change-"+id]
	if !ok {
		panic("unknown kind of change " + id)
	}
	at := now
	if at.node == nil {
		at = old
	}
	place := keyPlace(at.in.doc, at.path)
	message := fmt.Sprintf(format, args...)
	what := message
	if i := strings.LastIndex(message, ": "); i >= 0 {
		what = message[i:]
	}
	key := strings.Join([]string{check.ID, place.File, yamltree.Pointer(at.path), what}, "\x00")
	if c.said[key] {
		return
	}
	c.said[key] = true
	var related []report.Related
	if now.node != nil && old.node != nil {
		related = []report.Related{{Message: "before", Place: keyPlace(old.in.doc, old.path)}}
	}
	c.findings = append(c.findings, check.finding(place, message, related...))
}

// reaches reports whether what was compared leads to the component of a path.
func (c *contract) reaches(path []string) bool {
	name, ok := component(path)
	return ok && (c.old.reached[name] || c.now.reached[name])
}

// nowhere is a value that the new version does not have; before is one that
// the old version did not have.
func (c *contract) nowhere() spot { return spot{in: c.now} }
func (c *contract) before() spot  { return spot{in: c.old} }

// schemes compares the security schemes by name.
func (c *contract) schemes(before, after spot) {
	find := func(s spot) spot {
		if s.in.swagger {
			return s.at("securityDefinitions")
		}
		return s.at("components", "securitySchemes")
	}
	names, was := find(before).items()
	_, is := find(after).items()
	for _, name := range names {
		now, there := is[name]
		if !there {
			continue // the requirements say whether it is needed
		}
		old := was[name]
		for _, key := range []string{"type", "in", "name", "scheme", "openIdConnectUrl", "authorizationUrl", "tokenUrl", "flow"} {
			a, b := schemeText(old, key), schemeText(now, key)
			if a != b && (key != "name" || old.text("type") == "apiKey") {
				c.say("security-scheme", old, now, "the %s of the security scheme %q becomes %s, before %s", key, name, short(b), short(a))
			}
		}
		flows, had := old.at("flows").items()
		_, has := now.at("flows").items()
		for _, flow := range flows {
			for _, key := range []string{"authorizationUrl", "tokenUrl", "refreshUrl"} {
				if a, b := had[flow].text(key), has[flow].text(key); a != b && !c.mixed {
					c.say("security-scheme", old, now, "the %s of the flow %s of the security scheme %q becomes %s, before %s", key, flow, name, short(b), short(a))
				}
			}
		}
	}
}

// schemeText is a field of a security scheme, as OpenAPI 3 has it.
func schemeText(s spot, key string) string {
	text := s.text(key)
	switch {
	case !s.in.swagger:
		return text
	case key == "type" && text == "basic":
		return "http"
	case key == "scheme" && s.text("type") == "basic":
		return "basic"
	}
	return text
}

// security compares what lets calls through: whoever got through before gets
// through now, if some set that is enough now is part of each that was.
func (c *contract) security(was, is call) {
	before, after := was.credentials(), is.credentials()
	admits := func(sets [][]string, has []string) bool {
		return slices.ContainsFunc(sets, func(needs []string) bool {
			return !slices.ContainsFunc(needs, func(need string) bool { return !slices.Contains(has, need) })
		})
	}
	for _, has := range before {
		if !admits(after, has) {
			c.say("security-added", was.security, is.spot, "%s needs credentials that it did not need", is.name)
			return
		}
	}
	for _, has := range after {
		if !admits(before, has) {
			c.say("security-removed", was.security, is.spot, "%s needs fewer credentials", is.name)
			return
		}
	}
}

// credentials are the sets of credentials that let a call through, each as
// scheme and scope.
func (o call) credentials() (out [][]string) {
	if o.security.node == nil || len(o.security.node.Items) == 0 {
		return [][]string{nil}
	}
	for _, requirement := range o.security.node.Items {
		var needs []string
		for i, key := range requirement.Keys {
			needs = append(needs, key.Name)
			for _, scope := range requirement.Items[i].Items {
				needs = append(needs, key.Name+" "+scope.Text)
			}
		}
		out = append(out, needs)
	}
	return out
}
