# podscore: everything that is built, tested and generated. `make help` lists it.

VERSION  ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo devel)
REVISION ?= $(shell git rev-parse HEAD 2>/dev/null || echo unknown)
LDFLAGS   = -s -w -X main.version=$(VERSION) -X main.revision=$(REVISION)

# The tools, pinned. They are built from source into .bin, once per version.
GOLANGCI_LINT_VERSION = v2.15.0
PROMETHEUS_VERSION    = v0.316.0
GOVULNCHECK_VERSION   = v1.9.0
ACTIONLINT_VERSION    = v1.7.12

BIN           = $(CURDIR)/.bin
GOLANGCI_LINT = $(BIN)/golangci-lint-$(GOLANGCI_LINT_VERSION)
PROMTOOL      = $(BIN)/promtool-$(PROMETHEUS_VERSION)
GOVULNCHECK   = $(BIN)/govulncheck-$(GOVULNCHECK_VERSION)
ACTIONLINT    = $(BIN)/actionlint-$(ACTIONLINT_VERSION)

IMAGE         ?= podscore/podscore:$(VERSION)
BUILDER_IMAGE ?= golang:1.26
FUZZTIME      ?= 30s

# envtest notes the ports that it takes in the user's cache; Go's own stays where it is.
CONTAINED = XDG_CACHE_HOME=$(BIN)/cache GOCACHE="$$(go env GOCACHE)"

.PHONY: help
help: ## List what make can do.
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

##@ Try

.PHONY: demo
demo: build control-plane ## Show podscore on a real control plane until Ctrl-C; ONCE=1 ends by itself.
	@go build -o $(BIN)/demo ./test/demo
	@$(CONTAINED) $(BIN)/demo -podscore $(BIN)/podscore $(if $(ONCE),-once)

.PHONY: localcluster
localcluster: control-plane ## Start a control plane alone and print its kubeconfig; Ctrl-C ends it.
	@go build -o $(BIN)/start-localcluster ./test/localcluster
	@$(CONTAINED) $(BIN)/start-localcluster

.PHONY: control-plane
control-plane: # Built once; about 10 minutes on two cores the first time.
	@test -n "$(KUBEBUILDER_ASSETS)" || ./localcluster/build.sh $(BIN)/localcluster

##@ Build and test

.PHONY: build
build: ## Build podscore into .bin/.
	@CGO_ENABLED=0 go build -trimpath -ldflags '$(LDFLAGS)' -o $(BIN)/podscore ./cmd/podscore

.PHONY: test
test: control-plane $(PROMTOOL) ## Run every test, those against the real API server included.
	$(CONTAINED) PODSCORE_REQUIRE_ALL=true PROMTOOL=$(PROMTOOL) go test -timeout 20m ./...
	cd test/bench && go test ./...

.PHONY: race
race: ## Run the tests of what goroutines share under the race detector; needs a C compiler.
	CGO_ENABLED=1 go test -race ./posture ./metrics ./controllers ./sparse

.PHONY: fuzz
fuzz: ## Fuzz the scoring, the owners and the decoding for FUZZTIME (30s) each.
	go test -run '^$$' -fuzz FuzzScore -fuzztime $(FUZZTIME) ./securitycontext
	go test -run '^$$' -fuzz FuzzWorkloadOf -fuzztime $(FUZZTIME) ./posture
	go test -run '^$$' -fuzz FuzzUnmarshal -fuzztime $(FUZZTIME) -fuzzminimizetime 10x ./sparse

.PHONY: bench
bench: build control-plane ## Measure whole processes, podscore beside a usual controller; BENCH='-quick' for a first look.
	@cd test/bench && go build -o $(BIN)/bench . && CGO_ENABLED=0 go build -trimpath -ldflags '-s -w' -o $(BIN)/baseline ./baseline
	@$(CONTAINED) $(BIN)/bench $(BENCH)

.PHONY: microbench
microbench: ## Run the Go benchmarks whose figures are in docs/benchmarks.md.
	go test -run '^$$' -bench . -benchmem ./securitycontext ./sparse ./posture ./metrics ./controllers

.PHONY: image
image: ## Build the container image with docker, podman or buildah, whichever is there.
	@for tool in docker podman buildah; do \
		if command -v $$tool >/dev/null && $$tool info >/dev/null 2>&1; then \
			exec $$tool build --build-arg BUILDER_IMAGE=$(BUILDER_IMAGE) \
				--build-arg VERSION=$(VERSION) --build-arg REVISION=$(REVISION) -t $(IMAGE) .; \
		fi; \
	done; echo "make image: neither docker nor podman nor buildah works here; install one of them" >&2; exit 1

##@ Keep in order

.PHONY: update
update: ## Write all that is generated: docs, fixtures, formatting.
	go test ./securitycontext -run 'TestFixtures|TestDocs' -update
	go test ./metrics ./cmd/podscore -run TestDocs -update
	gofmt -w cmd controllers metrics posture securitycontext sparse test localcluster
	go mod tidy
	cd localcluster && go mod tidy
	cd test/bench && go mod tidy

.PHONY: verify
verify: ## Fail where `make update` would change something.
	go test ./securitycontext ./metrics ./cmd/podscore -run 'TestFixtures|TestDocs'
	@unformatted=$$(gofmt -l cmd controllers metrics posture securitycontext sparse test localcluster); \
		test -z "$$unformatted" || { echo "not formatted, run make update: $$unformatted" >&2; exit 1; }
	go mod tidy -diff
	cd localcluster && go mod tidy -diff
	cd test/bench && go mod tidy -diff
	go mod verify

.PHONY: lint
lint: $(GOLANGCI_LINT) $(ACTIONLINT) ## Lint the code, its layers and the workflows.
	$(GOLANGCI_LINT) run ./...
	cd localcluster && $(GOLANGCI_LINT) run --config ../.golangci.yml ./...
	cd test/bench && $(GOLANGCI_LINT) run --config ../../.golangci.yml ./...
	$(ACTIONLINT)

.PHONY: vuln
vuln: $(GOVULNCHECK) ## Look for known vulnerabilities (reaches out to the Go vulnerability database).
	$(GOVULNCHECK) ./...

.PHONY: clean
clean: ## Remove what was built, tools and control plane included.
	rm -rf $(BIN) .demo

##@ Tools

$(GOLANGCI_LINT):
	@$(call install,github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(GOLANGCI_LINT_VERSION),golangci-lint,)
$(PROMTOOL):
	@$(call install,github.com/prometheus/prometheus/cmd/promtool@$(PROMETHEUS_VERSION),promtool,-tags remove_all_sd$(comma)enable_kubernetes_sd)
$(GOVULNCHECK):
	@$(call install,golang.org/x/vuln/cmd/govulncheck@$(GOVULNCHECK_VERSION),govulncheck,)
$(ACTIONLINT):
	@$(call install,github.com/rhysd/actionlint/cmd/actionlint@$(ACTIONLINT_VERSION),actionlint,)

comma := ,
# install MODULE@VERSION, PROGRAM, FLAGS: into a file that bears the version.
define install
echo "building $(1), once; this takes some minutes"; \
mkdir -p $(BIN)/install && GOBIN=$(BIN)/install go install $(3) $(1) && mv $(BIN)/install/$(2) $@
endef
