package main

import (
	"embed"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

//go:embed peers
var scripts embed.FS

// peer is another JSON-LD processor, or a yardstick, that has to be installed.
type peer struct {
	name, script string
	// slow says that it gets the annotated sample, and not all studies.
	slow bool
	// all says that only -all measures it.
	all     bool
	install func(p *plan, dir string) error
	command func(dir, script string) []string
}

var peerList = []peer{
	{name: pythonLoads, script: "loads.py", command: python},
	{name: jsonldJS, script: "jsonld.mjs", slow: true, install: npm, command: node},
	{name: pyldName, script: "pyld_nquads.py", slow: true, all: true, install: pip("pyld==2.0.3"), command: python},
	{name: oxigraphName, script: "oxigraph.py", slow: true, all: true, install: pip("pyoxigraph"), command: python},
	{name: titaniumName, script: "java/Peers.java", slow: true, all: true, install: maven, command: java("titanium")},
	{name: riotName, script: "java/Peers.java", slow: true, all: true, install: maven, command: java("riot")},
}

// maven compiles the Java peers and writes down their class path.
func maven(_ *plan, dir string) error {
	for from, to := range map[string]string{"peers/java/pom.xml": "pom.xml", "peers/java/Peers.java": "src/main/java/Peers.java"} {
		text, err := scripts.ReadFile(from)
		if err != nil {
			return err
		}
		to = filepath.Join(dir, filepath.FromSlash(to))
		if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(to, text, 0o644); err != nil {
			return err
		}
	}
	return shell("mvn", "-q", "-B", "-f", filepath.Join(dir, "pom.xml"), "compile",
		"dependency:build-classpath", "-Dmdep.outputFile="+filepath.Join(dir, "classpath.txt"))
}

// java runs one of the Java peers.
func java(which string) func(dir, script string) []string {
	return func(dir, _ string) []string {
		path, err := os.ReadFile(filepath.Join(dir, "classpath.txt"))
		if err != nil {
			return []string{"java"}
		}
		return []string{"java", "-cp", filepath.Join(dir, "target", "classes") + ":" + string(path), "Peers", which}
	}
}

func python(dir, script string) []string {
	venv := filepath.Join(dir, "venv", "bin", "python")
	if _, err := os.Stat(venv); err == nil {
		return []string{venv, script}
	}
	return []string{"python3", script}
}

func node(_, script string) []string { return []string{"node", script} }

func npm(_ *plan, dir string) error {
	if _, err := os.Stat(filepath.Join(dir, "node_modules", "jsonld")); err == nil {
		return nil
	}
	return shell("npm", "install", "--silent", "--no-fund", "--no-audit", "--prefix", dir, "jsonld@9.0.0")
}

// pip installs a package into an environment of its own.
func pip(pkg string) func(*plan, string) error {
	return func(_ *plan, dir string) error {
		venv := filepath.Join(dir, "venv")
		if _, err := os.Stat(venv); err != nil {
			if err := shell("python3", "-m", "venv", venv); err != nil {
				return err
			}
		}
		return shell(filepath.Join(venv, "bin", "pip"), "install", "--quiet", pkg)
	}
}

// peers installs what is to be measured. What cannot be installed is named
// and left out.
func (p *plan) peers() ([]task, error) {
	var tasks []task
	for _, x := range peerList {
		if x.all && !p.all {
			continue
		}
		t, err := p.peer(x)
		if err != nil {
			fmt.Fprintf(os.Stderr, "bench: %s is left out: %v\n", x.name, err)
			continue
		}
		tasks = append(tasks, t)
	}
	return tasks, nil
}

func (p *plan) peer(x peer) (task, error) {
	dir := filepath.Join(p.dir, "peers")
	if x.all {
		dir = filepath.Join(p.dir, strings.TrimSuffix(filepath.Base(x.script), filepath.Ext(x.script)))
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return task{}, err
	}
	if x.install != nil {
		if err := x.install(p, dir); err != nil {
			return task{}, err
		}
	}
	text, err := scripts.ReadFile("peers/" + x.script)
	if err != nil {
		return task{}, err
	}
	script := filepath.Join(dir, filepath.Base(x.script))
	if err := os.WriteFile(script, text, 0o644); err != nil {
		return task{}, err
	}
	args := x.command(dir, script)
	if _, err := exec.LookPath(args[0]); err != nil {
		return task{}, err
	}
	if x.slow {
		return task{name: x.name, args: append(args, p.annotated, p.context), bytes: p.sampleBytes}, nil
	}
	return task{name: x.name, args: append(args, p.lines), bytes: p.lineBytes}, nil
}
