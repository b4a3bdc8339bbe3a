package main

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// service is where a repository is checked, known by a file of its own, and what is to
// be added to that file: init changes no file that somebody wrote.
type service struct{ file, name, lines string }

const installed = "go install github.com/trialweave/trialweave/cmd/triallint@latest"

var services = []service{
	{".gitlab-ci.yml", "GitLab", `include:
  - remote: https://raw.githubusercontent.com/trialweave/trialweave/main/cmd/triallint/ci/gitlab.yml
`},
	{"bitbucket-pipelines.yml", "Bitbucket", `pipelines:
  pull-requests:
    "**":
      - step:
          name: triallint
          image: golang:1.26
          script:
            - ` + installed + `
            - triallint --format text,junit=test-results/triallint.xml .
`},
	{"azure-pipelines.yml", "Azure Pipelines", `steps:
  - task: GoTool@0
    inputs: {version: "1.26"}
  - script: |
      ` + installed + `
      "$(go env GOPATH)/bin/triallint" --format text,junit=triallint.xml .
    displayName: triallint
  - task: PublishTestResults@2
    condition: always()
    inputs: {testResultsFiles: triallint.xml}
`},
	{"Jenkinsfile", "Jenkins", `stage('triallint') {
    agent { docker { image 'golang:1.26' } }
    steps {
        sh '` + installed + `'
        sh 'triallint --format text,junit=triallint.xml .'
    }
    post { always { junit 'triallint.xml' } }
}
`},
	{".circleci/config.yml", "CircleCI", `jobs:
  triallint:
    docker: [{image: "cimg/go:1.26"}]
    steps:
      - checkout
      - run: ` + installed + `
      - run: triallint --format text,junit=test-results/triallint.xml .
      - store_test_results: {path: test-results}
`},
	{".pre-commit-config.yaml", "pre-commit", `repos:
  - repo: https://github.com/trialweave/triallint-pre-commit
    rev: main # a tag, once there is one
    hooks: [{id: triallint}] # from PyPI; triallint-node, -go, -system take it from elsewhere
`},
	{"lefthook.yml", "lefthook", `pre-commit:
  commands:
    triallint:
      glob: "*.{yml,yaml,json,jsonld}"
      run: triallint .
`},
}

// servicesOf are the services that a repository has files of, but for GitHub.
func servicesOf(dir string) []service {
	var out []service
	for _, s := range services {
		if info, err := os.Stat(filepath.Join(dir, filepath.FromSlash(s.file))); err == nil && info.Mode().IsRegular() {
			out = append(out, s)
		}
	}
	return out
}

// plainBranch are names of branches that need no quotation marks in YAML.
var plainBranch = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9._/-]*$`)

// defaultBranch is the branch into which others are merged: what the remote calls its
// own, else main or master where there is one, else the present one, else main.
func defaultBranch(dir string) string {
	git := filepath.Join(dir, ".git")
	names := []string{pointed(filepath.Join(git, "refs/remotes/origin/HEAD"), "refs/remotes/origin/")}
	packed, _ := os.ReadFile(filepath.Join(git, "packed-refs")) // a repository may lack it
	for _, name := range []string{"main", "master"} {
		_, err := os.Stat(filepath.Join(git, "refs/heads", name))
		if err == nil || bytes.Contains(packed, []byte(" refs/heads/"+name+"\n")) {
			names = append(names, name)
		}
	}
	names = append(names, pointed(filepath.Join(git, "HEAD"), "refs/heads/"))
	for _, name := range names {
		if plainBranch.MatchString(name) {
			return name
		}
	}
	return "main"
}

// pointed is the branch that a file of Git points at, or "".
func pointed(file, below string) string {
	text, err := os.ReadFile(file)
	if err != nil {
		return ""
	}
	name, ok := strings.CutPrefix(strings.TrimSpace(string(text)), "ref: "+below)
	if !ok {
		return ""
	}
	return name
}
