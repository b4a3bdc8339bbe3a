//go:build integration && unix

package integration

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const secret = "s3cr3t-Val7ue"

// way is a way to pass a secret to a command. IN is the folder of inputs, DIR
// that of outputs.
type way struct {
	args []string
	env  string
}

// secretWays are ways to pass a secret, to a server that refuses and says all that
// it was sent, or to nobody.
func secretWays(host string) []way {
	var out []way
	for _, address := range []string{
		"http://u:" + secret + "@" + host + "/x", "http://" + host + "/x?token=" + secret, "http://" + host + "/x?a=1&password=" + secret, "http://" + host + "/x?api_key=" + secret,
		"http://" + host + "/x?access_token=" + secret + "&b=2", "http://u:" + secret + "@127.0.0.1:1/x",
		"http://" + secret + "@" + host + "/x", "http://" + secret + ":@" + host + "/x", "http://" + host + "/x?sig=" + secret, "http://" + host + "/x?%74oken=" + secret,
	} {
		out = append(out,
			way{args: []string{"query", "ASK {}", "--endpoint", address}}, way{args: []string{"query", "ASK { SERVICE <" + address + "> { ?s ?p ?o } }", "IN/study.json", "--service", address}},
			way{args: []string{"query", "ASK { SERVICE <" + address + "> { ?s ?p ?o } }", "IN/study.json"}},
			way{args: []string{"load", address, "IN/study.json"}}, way{args: []string{"load", "update:" + address, "IN/study.json"}}, way{args: []string{"load", "gsp:http://" + host + "/g", "--query-url", address, "IN/study.json"}},
			way{args: []string{"sync", "fuseki:" + address, "IN/study.json"}}, way{args: []string{"fetch", "--base-url", address, "-o", "DIR/out.ndjson"}}, way{args: []string{"convert", "api:" + address, "-o", "DIR/out.nq"}},
			way{args: []string{"plan", "api:" + address, "--shards", "2", "-o", "DIR/plan"}}, way{args: []string{"stats", address}})
	}
	for _, address := range []string{
		"postgres://u:" + secret + "@127.0.0.1:1/aact", "postgres://127.0.0.1:1/aact?user=u&password=" + secret, "postgresql://u:" + secret + "@127.0.0.1:1/aact?sslmode=disable", "postgres://u:" + secret + "@127.0.0.1:not-a-port/aact",
	} {
		out = append(out, way{args: []string{"convert", address, "-o", "DIR/out.nq"}}, way{args: []string{"plan", address, "--shards", "2"}}, way{args: []string{"index", address, "-o", "DIR/index"}})
	}
	for _, env := range []string{"TRIALWEAVE_USER=u TRIALWEAVE_PASSWORD=" + secret, "TRIALWEAVE_TOKEN=" + secret} {
		out = append(out, way{[]string{"load", "update:http://" + host + "/u", "IN/study.json"}, env}, way{[]string{"sync", "http://" + host + "/u", "IN/study.json"}, env})
	}
	return append(out,
		way{args: []string{"load", "update:http://" + host + "/u", "IN/study.json", "--credentials", "IN/password"}}, way{args: []string{"load", "update:http://" + host + "/u", "IN/study.json", "--credentials", "IN/readable"}},
		way{args: []string{"sync", "http://" + host + "/u", "IN/study.json", "--credentials", "IN/token"}}, way{[]string{"convert", "postgres://u@127.0.0.1:1/aact"}, "PGPASSWORD=" + secret})
}

// secrets passes a secret in each way, and looks for it in all that is printed
// and written.
func (f *faults) secrets(t *testing.T) {
	told := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.Error(w, fmt.Sprintf("refused: %s http://%s%s, Authorization: %s", r.Method, r.Host, r.URL, r.Header.Get("Authorization")), http.StatusForbidden)
	}))
	t.Cleanup(told.Close)
	in := t.TempDir()
	save(t, filepath.Join(in, "study.json"), ownStudies(t, 1)[0])
	save(t, filepath.Join(in, "password"), []byte("u:"+secret+"\n"))
	save(t, filepath.Join(in, "token"), []byte("Bearer "+secret+"\n"))
	save(t, filepath.Join(in, "readable"), []byte("u:"+secret+"\n"))
	if err := os.Chmod(filepath.Join(in, "readable"), 0o644); err != nil { //nolint:gosec // that is what is tried
		t.Fatal(err)
	}
	a := f.row(t, "ways to pass a secret")
	forms := []string{secret, base64.StdEncoding.EncodeToString([]byte("u:" + secret))}
	ways := secretWays(strings.TrimPrefix(told.URL, "http://"))
	if f.percent < 100 { // these try again for a minute
		ways = slices.DeleteFunc(ways, func(w way) bool {
			line := strings.Join(w.args, " ")
			return strings.Contains(line, "127.0.0.1:1/") && (w.args[0] == "fetch" || w.args[0] == "sync" || strings.Contains(line, "api:"))
		})
	}
	if len(ways) < 60 {
		t.Errorf("%d ways, expected 60", len(ways))
	}
	half(len(ways), func(i int) {
		dir := filepath.Join(in, fmt.Sprintf("out-%d", i))
		if err := os.Mkdir(dir, 0o700); err != nil {
			t.Error(err)
			return
		}
		args := make([]string, len(ways[i].args))
		for n, arg := range ways[i].args {
			args[n] = strings.NewReplacer("DIR/", dir+"/", "IN/", in+"/").Replace(arg)
		}
		cmd := exec.CommandContext(t.Context(), f.program, args...)
		cmd.Env = append(append(os.Environ(), "TRIALWEAVE_STATE="+dir), strings.Fields(ways[i].env)...)
		var said bytes.Buffer
		cmd.Stdout, cmd.Stderr = &said, &said
		if err := cmd.Run(); err == nil {
			a.try(fmt.Sprintf("%v: status 0, expected that it is refused", ways[i].args))
			return
		}
		for _, name := range allFiles(t, dir) {
			said.Write(load(t, name))
		}
		lost := ""
		for _, form := range forms {
			if strings.Contains(said.String(), form) {
				lost = fmt.Sprintf("%v: %.300q", ways[i].args, said.String())
			}
		}
		a.try(lost)
	})
}
