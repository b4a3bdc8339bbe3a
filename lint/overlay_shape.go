package lint

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/trialweave/trialweave/internal/nearest"
	"github.com/trialweave/trialweave/internal/wording"
	"github.com/trialweave/trialweave/yamltree"
)

// newestOverlay is the minor version of the newest overlays that are known.
const newestOverlay = 2

var overlayVersion = regexp.MustCompile(`^1\.([0-9]+)\.[0-9]+$`)

// member is a key of an overlay: since which minor version, and of what kind.
type member struct {
	since    int
	kind     yamltree.Kind
	any      bool
	required bool
}

var (
	overlayMembers = map[string]member{
		"overlay": {kind: yamltree.String, required: true}, "info": {kind: yamltree.Mapping, required: true},
		"extends": {kind: yamltree.String}, "actions": {kind: yamltree.Sequence, required: true},
		"$self": {since: 2, kind: yamltree.String}, "components": {since: 2, kind: yamltree.Mapping},
	}
	overlayInfo = map[string]member{
		"title": {kind: yamltree.String, required: true}, "version": {kind: yamltree.String, required: true},
		"description": {since: 1, kind: yamltree.String},
	}
	overlayActionMembers = map[string]member{
		"target": {kind: yamltree.String, required: true}, "description": {kind: yamltree.String}, "update": {any: true},
		"remove": {kind: yamltree.Bool}, "copy": {since: 1, kind: yamltree.String},
	}
	overlayActionReference = map[string]member{
		"$ref": {since: 2, kind: yamltree.String, required: true}, "target": {kind: yamltree.String, required: true},
		"description": {kind: yamltree.String}, "update": {any: true}, "remove": {kind: yamltree.Bool}, "copy": {kind: yamltree.String},
	}
	overlayComponents     = map[string]member{"actions": {kind: yamltree.Mapping}}
	overlayReusableAction = map[string]member{"description": {kind: yamltree.String}, "fields": {kind: yamltree.Mapping}}
	overlayFields         = map[string]member{
		"description": {kind: yamltree.String}, "update": {any: true}, "remove": {kind: yamltree.Bool}, "copy": {kind: yamltree.String},
	}
)

// checkShape judges the overlay by the schema of its version.
func (o *overlay) checkShape() {
	root := o.doc.Tree.Root
	version := root.Lookup("overlay")
	text, isText := version.StringValue()
	m := overlayVersion.FindStringSubmatch(text)
	switch {
	case !isText && version != nil:
		o.malformed([]string{"overlay"}, "overlay is %s, expected a version as text, such as '1.1.0'", wording.Article(version.Kind.String()))
	case version != nil && m == nil:
		o.malformed([]string{"overlay"}, "%q is not a version of the Overlay Specification, expected one such as 1.1.0", text)
	case version != nil && len(m[1]) > 1 || version != nil && m[1] > fmt.Sprint(newestOverlay):
		o.skip([]string{"overlay"}, fmt.Sprintf("Overlay %s is newer than 1.%d, the newest version that is known; what it brought is not checked", text, newestOverlay))
		return
	}
	o.members(root, nil, "an overlay", overlayMembers)
	if info := root.Lookup("info"); info != nil && info.Kind == yamltree.Mapping {
		o.members(info, []string{"info"}, "info", overlayInfo)
	}
	o.checkFragments()
	o.checkActions(root.Lookup("actions"))
	o.checkComponents(root.Lookup("components"))
}

func (o *overlay) malformed(at []string, format string, args ...any) {
	o.shape = append(o.shape, finding{place: o.doc.Place(slices.Clone(at)), message: fmt.Sprintf(format, args...)})
}

// members judges the keys of an object of the overlay.
func (o *overlay) members(n *yamltree.Node, at []string, what string, known map[string]member) {
	for i, key := range n.Keys {
		m, ok := known[key.Name]
		where := append(slices.Clone(at), key.Name)
		switch {
		case strings.HasPrefix(key.Name, "x-"):
		case !ok:
			o.malformed(where, "unknown key %q in %s%s", key.Name, what, nearest.DidYouMean(suggestion(key.Name, sortedNames(known))))
		case m.since > o.minor():
			o.malformed(where, "%q in %s is part of Overlay 1.%d, and this is an overlay of 1.%d", key.Name, what, m.since, o.minor())
		case !m.any && n.Items[i].Kind != m.kind && key.Name != "overlay":
			o.malformed(where, "%s of %s is %s, expected %s", key.Name, what, wording.Article(n.Items[i].Kind.String()), wording.Article(m.kind.String()))
		}
	}
	for _, name := range sortedNames(known) {
		if known[name].required && n.Index(name) < 0 {
			o.malformed(at, "%s has no %s", what, name)
		}
	}
}

func sortedNames(known map[string]member) []string {
	var out []string
	for name := range known {
		out = append(out, name)
	}
	slices.Sort(out)
	return out
}

// checkFragments holds that addresses of whole documents have no fragment.
func (o *overlay) checkFragments() {
	for _, key := range []string{"$self", "extends"} {
		if v, ok := o.doc.Tree.Root.Lookup(key).StringValue(); ok && o.minor() >= 2 && strings.Contains(v, "#") {
			o.malformed([]string{key}, "%s has a fragment, which the address of a whole document must not have", key)
		}
	}
}

func (o *overlay) checkActions(list *yamltree.Node) {
	if list == nil || list.Kind != yamltree.Sequence {
		return
	}
	if len(list.Items) == 0 {
		o.malformed([]string{"actions"}, "there are no actions")
	}
	seen := map[string]int{}
	for i, action := range list.Items {
		at := list.Step([]string{"actions"}, i)
		if action.Kind != yamltree.Mapping {
			o.malformed(at, "an action is %s, expected an object", wording.Article(action.Kind.String()))
			continue
		}
		if first, again := seen[encoded(action)]; again {
			o.malformed(at, "this action is the same as actions[%d]", first)
		} else {
			seen[encoded(action)] = i
		}
		known, what := overlayActionMembers, "an action"
		if action.Index("$ref") >= 0 {
			known, what = overlayActionReference, "a reference to an action"
			if ref, ok := action.Lookup("$ref").StringValue(); ok && !strings.HasPrefix(ref, "#/components/actions/") {
				o.malformed(append(at, "$ref"), "%q does not begin with #/components/actions/", ref)
			}
		}
		o.members(action, at, what, known)
		if target, ok := action.Lookup("target").StringValue(); ok && !strings.HasPrefix(target, "$") {
			o.malformed(append(at, "target"), "the target %q does not begin with $", target)
		}
	}
}

func (o *overlay) checkComponents(n *yamltree.Node) {
	if n == nil || n.Kind != yamltree.Mapping || o.minor() < 2 {
		return
	}
	o.members(n, []string{"components"}, "components", overlayComponents)
	actions := n.Lookup("actions")
	if actions == nil || actions.Kind != yamltree.Mapping {
		return
	}
	for i, action := range actions.Items {
		at := actions.Step([]string{"components", "actions"}, i)
		if action.Kind != yamltree.Mapping {
			o.malformed(at, "a reusable action is %s, expected an object", wording.Article(action.Kind.String()))
			continue
		}
		o.members(action, at, "a reusable action", overlayReusableAction)
		if fields := action.Lookup("fields"); fields != nil && fields.Kind == yamltree.Mapping {
			o.members(fields, append(at, "fields"), "the fields of a reusable action", overlayFields)
		}
	}
}
