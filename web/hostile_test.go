package web

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"github.com/trialweave/trialweave/internal/test/portion"
)

// hostile are texts that would do something in a page that does not escape them.
// What they would run is harmless.
func hostile() []string {
	out := []string{
		`<script>alert(1)</script>`, `</script><script>alert(1)</script>`, `<img src=x onerror=alert(1)>`, `<svg onload=alert(1)>`, `<svg><script>alert(1)</script></svg>`,
		`"><script>alert(1)</script>`, `'><script>alert(1)</script>`, `" onmouseover="alert(1)`, `' onmouseover='alert(1)`, `" autofocus onfocus="alert(1)`,
		`javascript:alert(1)`, `JaVaScRiPt:alert(1)`, ` javascript:alert(1)`, "java\nscript:alert(1)", "java\tscript:alert(1)", `javascript://example.org/%0Aalert(1)`,
		`data:text/html,<script>alert(1)</script>`, `data:text/html;base64,PHNjcmlwdD4=`, `vbscript:msgbox(1)`, `//example.org/other`, `https://user:secret@example.org/`, `https://example.org/"onclick="alert(1)`,
		`<iframe src="https://example.org"></iframe>`, `<object data="https://example.org"></object>`, `<embed src="https://example.org">`, `<link rel=stylesheet href="https://example.org">`, `<style>*{display:none}</style>`,
		`<base href="https://example.org/">`, `<meta http-equiv=refresh content="0;url=https://example.org">`, `<form action="https://example.org"><input name=q>`, `<a href="javascript:alert(1)">x</a>`, `<math href="javascript:alert(1)">x</math>`,
		`</div></section></main>`, `</td></tr></table>`, `</details></dd></dl>`, `<!--`, `-->`, `<![CDATA[`, `]]>`, `<?php`, `<plaintext>`, `<textarea>`, `</textarea>`, `</title><script>alert(1)</script>`, `<noscript><p title="</noscript><img src=x onerror=alert(1)>">`,
		`{{.Title}}`, `${alert(1)}`, `{{constructor.constructor('alert(1)')()}}`, `&lt;script&gt;alert(1)&lt;/script&gt;`, `&#60;script&#62;`, `\u003cscript\u003ealert(1)\u003c/script\u003e`, "`;alert(1)//", `';alert(1)//`, `\`, `\";alert(1)//`,
		"right \u202e to left", "isolate \u2066 without end", "marks \u200e\u200f\u061c", "bell \u0007 and escape \u001b[31m", strings.Repeat("long", 800), "line\u2028and\u2029paragraph", "[x](javascript:alert(1))", "![x](https://example.org/x.png)", "* <b>\n  * <i>\n1. <u>",
	}
	return out
}

// poisoned is a study with a text in the place of every string but its number.
func poisoned(t *testing.T, study []byte, id, text string) []byte {
	t.Helper()
	var root any
	d := json.NewDecoder(bytes.NewReader(study))
	d.UseNumber()
	if err := d.Decode(&root); err != nil {
		t.Fatal(err)
	}
	var change func(v any, key string) any
	change = func(v any, key string) any {
		switch v := v.(type) {
		case map[string]any:
			for k, m := range v {
				v[k] = change(m, k)
			}
		case []any:
			for i, m := range v {
				v[i] = change(m, key)
			}
		case string:
			switch key {
			case "nctId":
				return id
			case "id", "groupId", "groupIds": // so that results find their columns
				if strings.HasSuffix(v, "G000") || strings.HasSuffix(v, "G001") || strings.HasSuffix(v, "G002") {
					return v
				}
			}
			return text
		}
		return v
	}
	out, err := json.Marshal(change(root, ""))
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// allowedElements and allowedAttributes are what pages are made of.
var (
	allowedElements   = strings.Fields("html head meta title link script body a header div svg use span form label input button nav main footer p strong article h1 h2 h3 h4 h5 ul ol li section dl dt dd details summary code small table caption thead tbody tr th td aside pre bdi br del ins textarea select option fieldset legend noscript")
	allowedAttributes = strings.Fields("lang charset name content rel type href nonce src class id viewBox width height aria-hidden aria-label aria-current for action method value placeholder maxlength autocomplete dir title data-at data-group role tabindex scope open rows spellcheck hidden aria-live data-charts data-world")
)

// inspect reports what is on a page that no template has put there.
func inspect(t *testing.T, where, body string) {
	t.Helper()
	for _, r := range body {
		if r < ' ' && r != '\n' && r != '\t' || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 || r == 0x200e || r == 0x200f || r == 0x61c {
			t.Errorf("%s: the page has the character %U", where, r)
			break
		}
	}
	root, err := html.Parse(strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	walk(root, nil, func(n *html.Node, _ []*html.Node) {
		if !slices.Contains(allowedElements, n.Data) {
			t.Errorf("%s: the page has an element %s", where, n.Data)
		}
		for _, a := range n.Attr {
			if !slices.Contains(allowedAttributes, a.Key) {
				t.Errorf("%s: an element %s has the attribute %s", where, n.Data, a.Key)
			}
			leads := a.Key == "href" || a.Key == "src" || a.Key == "action"
			if leads && (strings.HasPrefix(a.Val, "//") || !slices.ContainsFunc([]string{"/", "#", "http://", "https://"}, func(start string) bool { return strings.HasPrefix(a.Val, start) })) {
				t.Errorf("%s: the attribute %s of %s is %q", where, a.Key, n.Data, a.Val)
			}
		}
		if n.Data == "script" && attribute(n, "type") != "application/ld+json" && !strings.HasPrefix(attribute(n, "src"), "/assets/") {
			t.Errorf("%s: the page has a script %q", where, textOf(n))
		}
	})
}

// TestHostileTexts puts each text into every field of a study and looks at all
// pages that show it.
func TestHostileTexts(t *testing.T) {
	texts := hostile()
	if len(texts) < 60 {
		t.Fatalf("%d texts, expected 60 or more", len(texts))
	}
	texts = portion.Of(texts, 14)
	study := studyFiles(t)["NCT99990001"]
	studies := map[string][]byte{}
	for i, text := range texts {
		id := fmt.Sprintf("NCT8%07d", i)
		studies[id] = poisoned(t, study, id, text)
	}
	s := New(store(t, studies, nil), &Options{Name: texts[0]})
	if err := s.Prepare(t.Context()); err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for i, text := range texts {
		id := fmt.Sprintf("NCT8%07d", i)
		body := get(t, s, pathStudy+id).Body.String()
		inspect(t, text, body)
		p := shownOf(t, s, id)
		p.check(t, studies[id], map[string]int{}, map[string]bool{})
		for j, f := range p.faults {
			if j < 3 {
				t.Errorf("%q: %.300s", text, f)
			}
		}
		for _, path := range []string{pathStudy + id + "/data?at=" + url.QueryEscape("/protocolSection/identificationModule"), "/?q=" + url.QueryEscape(text), "/?status=" + url.QueryEscape(text), nodePage(text), "/" + url.PathEscape(text)} {
			w := get(t, s, path)
			if w.Code == http.StatusInternalServerError {
				t.Errorf("%s: status 500", path)
			}
			if w.Header().Get("Content-Type") == "text/html; charset=utf-8" {
				inspect(t, path, w.Body.String())
			}
		}
		root, _ := html.Parse(strings.NewReader(body))
		walk(root, nil, func(n *html.Node, _ []*html.Node) { // the pages of its nodes
			href := attribute(n, "href")
			if kind, _, ok := strings.Cut(strings.TrimPrefix(href, "/"), "/"); ok && (kind == "organization" || kind == "condition") && !seen[href] {
				seen[href] = true
				inspect(t, href, get(t, s, href).Body.String())
			}
		})
	}
	if len(seen) < len(texts)*4/5 {
		t.Errorf("%d pages of nodes were looked at, expected %d or more", len(seen), len(texts)*4/5)
	}
}
