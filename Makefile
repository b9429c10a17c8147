# podscore: everything that is built, tested and generated. `make help` lists it. The tools are in tools.mk, the image in image.mk,
# the archives of kubectl-podscore in plugin.mk.

VERSION  ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo devel)
REVISION ?= $(shell git rev-parse HEAD 2>/dev/null || echo unknown)
LDFLAGS   = -s -w -X main.version=$(VERSION) -X main.revision=$(REVISION)
BIN       = $(CURDIR)/.bin
comma    := ,

FUZZTIME      ?= 30s
SEED          ?= 1
SEQUENCES     ?= 200
WORLDS        ?= 6
CHURN         ?= 100000
MUTATE        ?= securitycontext policy $(addprefix posture/,fold.go failures.go ledger.go counting.go observation.go note.go changes.go turn.go group.go judging.go exemptions.go)
ORDERS        ?= 1000000

# envtest notes the ports that it takes in the user's cache; Go's own stays where it is.
# Programs and tests are compiled as the image is, so that what both are made of is compiled once.
CONTAINED = XDG_CACHE_HOME=$(BIN)/cache GOCACHE="$$(go env GOCACHE)" CGO_ENABLED=0 GOFLAGS="$$(go env GOFLAGS) -trimpath"
ASSETS    = $(if $(KUBERNETES),KUBEBUILDER_ASSETS=$(CONTROL_PLANE))

# What is found rather than listed, of what is in git or will be: the folders of files that have a line like this, and
# those of the modules that have such files, the product's first. What the others depend on never reaches its go.mod.
FILES   = git ls-files --cached --others --exclude-standard --
folders = $(or $(sort $(patsubst %/,%,$(dir $(shell git grep --untracked -lE '$(1)' -- $(2))))),$(error no file has a line like $(1)))
modules = $(or $(strip $(foreach module,$(patsubst %/,%,$(sort $(dir $(shell $(FILES) go.mod '*/go.mod')))), \
	$(if $(shell $(FILES) '$(module)/$(1)'),$(module)))),$(error no module has a file $(1)))

.DEFAULT_GOAL = help
include tools.mk image.mk plugin.mk

.PHONY: help
help: ## List what make can do.
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / {printf "  %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

##@ Try

.PHONY: demo
demo: build control-plane $(PROMETHEUS) $(if $(DASHBOARDS),dashboards-page) ## Show podscore on a real control plane until Ctrl-C; DASHBOARDS=1 adds Grafana's panels, ONCE=1 ends by itself.
	@go build -o $(BIN)/demo ./test/demo
	@$(CONTAINED) $(BIN)/demo -podscore $(BIN)/podscore -prometheus $(PROMETHEUS) $(if $(DASHBOARDS),-dashboards test/dashboards/web/dist) $(if $(ONCE),-once)

.PHONY: localcluster
localcluster: control-plane ## Start a control plane alone and print its kubeconfig; Ctrl-C ends it. KUBERNETES=v1.31.14 is an older one.
	@go build -o $(BIN)/start-localcluster ./test/localcluster
	@$(CONTAINED) $(ASSETS) $(BIN)/start-localcluster

.PHONY: dashboards
dashboards: build control-plane $(PROMTOOL) $(PROMETHEUS) dashboards-page ## Look at every dashboard in a browser, on real data, and take docs/images; SERVE=1 serves them instead.
	@test/prerequisites.sh dashboards
	@go build -o $(BIN)/dashboards ./test/dashboards
	@$(CONTAINED) $(BIN)/dashboards -podscore $(BIN)/podscore -prometheus $(PROMETHEUS) -promtool $(PROMTOOL) $(if $(SERVE),-serve)

# KUBERNETES=v1.31.14 has a control plane of that version, and make test the tests that depend on it.
KUBERNETES    ?=
CONTROL_PLANE  = $(BIN)/localcluster$(KUBERNETES:%=-%)

.PHONY: control-plane
control-plane: # Built once; about 10 minutes on two cores the first time.
	@test -n "$(KUBEBUILDER_ASSETS)" -a -z "$(KUBERNETES)" || ./localcluster/build.sh $(CONTROL_PLANE) $(KUBERNETES)

##@ Build and test

.PHONY: build
build: ## Build podscore and kubectl-podscore into .bin/.
	@CGO_ENABLED=0 go build -trimpath -ldflags '$(LDFLAGS)' -o $(BIN)/ ./cmd/...

# Tests that need more than Go and the usual Unix tools, and can be left out: make test WITHOUT="image dashboards"
MORE    = image dashboards
WITHOUT =

.PHONY: test
test: $(if $(KUBERNETES),test-version,test-all) ## Run every test, those against the real API server included; WITHOUT="image dashboards" leaves two out, KUBERNETES=v1.31.14 has those that depend on its version.

# Tests in parallel mostly wait, so that more of them run at once than there are cores.
.PHONY: test-all
test-all: prerequisites control-plane $(PROMTOOL) $(PROMETHEUS) $(ALERTMANAGER) $(AMTOOL) $(HELM) $(HELM_DOCS) $(ACTIONLINT) $(if $(filter dashboards,$(WITHOUT)),,dashboards-page)
	$(CONTAINED) PODSCORE_REQUIRE_ALL=true $(PROGRAMS) go test -count=1 -timeout 20m -parallel 4 $$(go list ./... | grep -v -x $(WITHOUT:%=-e '.*/test/%') -e none)
	for module in $(filter-out .,$(call modules,*_test.go)); do \
		(cd $$module && $(CONTAINED) PODSCORE_REQUIRE_ALL=true $(PROGRAMS) go test -count=1 -timeout 20m ./...) || exit 1; done

.PHONY: test-version
test-version: control-plane $(PROMTOOL) $(HELM)
	$(CONTAINED) $(ASSETS) PODSCORE_REQUIRE_ALL=true $(PROGRAMS) go test -count=1 -timeout 20m ./test/integration ./test/ha ./test/terminal
	$(CONTAINED) $(ASSETS) PODSCORE_REQUIRE_ALL=true go test -count=1 -timeout 20m ./test/chaos -args -sequences 4
	cd test/chart && $(CONTAINED) $(ASSETS) PODSCORE_REQUIRE_ALL=true $(PROGRAMS) go test -count=1 -timeout 20m -run 'TestInstall' .

.PHONY: prerequisites
prerequisites: # First of all, so that what is missing is told before anything is built.
	@test/prerequisites.sh $(filter-out $(WITHOUT),$(MORE))

.PHONY: e2e
e2e: control-plane $(PROMETHEUS) $(ALERTMANAGER) $(HELM) ## Follow a violation from the API server through Prometheus and Alertmanager to a webhook.
	$(CONTAINED) PODSCORE_REQUIRE_ALL=true $(PROGRAMS) go test -count=1 -v ./test/e2e

.PHONY: chaos
chaos: control-plane ## Break API server, etcd and network in SEQUENCES (200) random sequences from SEED (1) on, in WORLDS (6) at once, and count in ORDERS (1000000) random orders; takes an hour.
	GOGC=1000 go test -count=1 -timeout 0 -run TestEveryPodIsCountedOnce ./posture -args -orders $(ORDERS)
	$(CONTAINED) PODSCORE_REQUIRE_ALL=true go test -count=1 -timeout 0 -v -run TestSequences ./test/chaos -args -sequences $(SEQUENCES) -seed $(SEED) -worlds $(WORLDS)

.PHONY: soak
soak: control-plane ## Have CHURN (100000) pods come and go, and require that nothing grows and nothing differs from the truth.
	$(CONTAINED) PODSCORE_REQUIRE_ALL=true go test -count=1 -timeout 0 -v -run TestSoak ./test/chaos -args -soak $(CHURN)

# Not cmd/: a process sets its libraries' logs once, and its tests run it several times in one. Tests named TestAllocates…
# count memory, of which the race detector takes more.
.PHONY: race
race: ## Run the tests of what goroutines share under the race detector; needs a C compiler.
	CGO_ENABLED=1 go test -race -skip '^TestAllocates' $(addprefix ./,$(call folders,"sync(/atomic)?"|^\s+go ,'*.go' ':!*_test.go' ':!cmd' ':!test' ':!localcluster'))

.PHONY: fuzz
fuzz: ## Run every fuzz target for FUZZTIME (30s).
	for folder in $(call folders,^func Fuzz,'*_test.go'); do \
		for target in $$(cd $$folder && go test -list '^Fuzz' . | grep '^Fuzz'); do \
			(cd $$folder && go test -run '^$$' -fuzz "^$$target$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 10x .) || exit 1; done; done

.PHONY: mutate
mutate: ## Put faults into the rules, MUTATE (folders or files), and require that tests find them; takes more than an hour.
	go run ./test/mutate $(MUTATE)

.PHONY: huge
huge: control-plane ## Put 100,000 pods and 20,000 namespaces before podscore, and print what they cost.
	$(CONTAINED) PODSCORE_HUGE=true PODSCORE_REQUIRE_ALL=true go test -count=1 -timeout 20m -v -run TestHuge ./test/input

.PHONY: bench
bench: build control-plane ## Measure whole processes, podscore beside a usual controller; BENCH='-quick' for a first look.
	@cd test/bench && go build -o $(BIN)/bench . && CGO_ENABLED=0 go build -trimpath -ldflags '-s -w' -o $(BIN)/baseline ./baseline
	@$(CONTAINED) $(BIN)/bench $(BENCH)

.PHONY: bench-manifests
bench-manifests: build ## Measure kubectl podscore scan beside kubeconform: documents a second of CPU; BENCH='-documents 500' for a first look.
	@cd test/bench && go build -o $(BIN)/bench-manifests ./manifests && CGO_ENABLED=0 go build -trimpath -ldflags '-s -w' -o $(BIN)/kubeconform github.com/yannh/kubeconform/cmd/kubeconform
	@cd localcluster && go mod download k8s.io/kubernetes
	@$(BIN)/bench-manifests -podscore $(BIN)/kubectl-podscore -kubeconform $(BIN)/kubeconform -openapi "$$(cd localcluster && go list -m -f '{{.Dir}}' k8s.io/kubernetes)/api/openapi-spec/swagger.json" $(BENCH)

.PHONY: microbench
microbench: ## Run the Go benchmarks whose figures are in docs/benchmarks.md.
	for folder in $(call folders,^func Benchmark,'*_test.go' ':!test'); do (cd $$folder && go test -run '^$$' -bench . -benchmem .) || exit 1; done

##@ Keep in order

# Tests named TestTwin… hold what is generated to what it is made of, and with -update write it. Those named TestSame…
# hold what is written by hand to its like.
twins = for folder in $(call folders,^func Test($(1))[A-Z],'*_test.go'); do \
	(cd $$folder && PODSCORE_REQUIRE_ALL=true $(PROGRAMS) go test -count=1 -run '^Test($(1))[A-Z]' . $(2)) || exit 1; done

.PHONY: update
update: $(HELM) $(HELM_DOCS) ## Write all that is generated: docs, fixtures, dashboards, rules, formatting.
	$(call twins,Twin,-update)
	gofmt -w $$($(FILES) '*.go')
	for module in $(call modules,*.go); do (cd $$module && go mod tidy) || exit 1; done

.PHONY: verify
verify: control-plane $(HELM) $(HELM_DOCS) ## Fail where `make update` would change something, and where config/ and the chart differ.
	$(call twins,Twin|Same)
	@for folder in $(call folders,flag\.Bool."update",'*_test.go'); do grep -q '^func TestTwin[A-Z]' $$folder/*_test.go || \
		{ echo "$$folder has tests with -update and none named TestTwin…: make update misses them" >&2; exit 1; }; done
	@unformatted=$$(gofmt -l $$($(FILES) '*.go')); \
		test -z "$$unformatted" || { echo "not formatted, run make update: $$unformatted" >&2; exit 1; }
	for module in $(call modules,*.go); do (cd $$module && go mod tidy -diff) || exit 1; done
	go mod verify

.PHONY: lint
lint: $(GOLANGCI_LINT) $(ACTIONLINT) vet-plugin ## Lint the code, its layers and the workflows.
	for module in $(call modules,*.go); do (cd $$module && $(GOLANGCI_LINT) run --config $(CURDIR)/.golangci.yml ./...) || exit 1; done
	$(ACTIONLINT)

.PHONY: vuln
vuln: $(GOVULNCHECK) ## Look for known vulnerabilities (reaches out to the Go vulnerability database).
	$(GOVULNCHECK) ./...

.PHONY: clean
clean: ## Remove what was built, tools and control plane included.
	rm -rf $(BIN) .demo $(WEB)/node_modules $(WEB)/dist
