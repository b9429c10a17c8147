# podscore: everything that is built, tested and generated. `make help` lists it.

VERSION  ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo devel)
REVISION ?= $(shell git rev-parse HEAD 2>/dev/null || echo unknown)
LDFLAGS   = -s -w -X main.version=$(VERSION) -X main.revision=$(REVISION)

# The tools, pinned. They are built from source into .bin, once per version.
GOLANGCI_LINT_VERSION = v2.15.0
PROMETHEUS_VERSION    = v0.316.0
ALERTMANAGER_VERSION  = v0.31.1
HELM_VERSION          = v4.3.1
HELM_DOCS_VERSION     = v1.14.2
GOVULNCHECK_VERSION   = v1.9.0
ACTIONLINT_VERSION    = v1.7.12

BIN           = $(CURDIR)/.bin
GOLANGCI_LINT = $(BIN)/golangci-lint-$(GOLANGCI_LINT_VERSION)
PROMTOOL      = $(BIN)/promtool-$(PROMETHEUS_VERSION)
PROMETHEUS    = $(BIN)/prometheus-$(PROMETHEUS_VERSION)
ALERTMANAGER  = $(BIN)/alertmanager-$(ALERTMANAGER_VERSION)
AMTOOL        = $(BIN)/amtool-$(ALERTMANAGER_VERSION)
HELM          = $(BIN)/helm-$(HELM_VERSION)
HELM_DOCS     = $(BIN)/helm-docs-$(HELM_DOCS_VERSION)
GOVULNCHECK   = $(BIN)/govulncheck-$(GOVULNCHECK_VERSION)
ACTIONLINT    = $(BIN)/actionlint-$(ACTIONLINT_VERSION)

IMAGE         ?= localhost/podscore:$(VERSION)
PLATFORM      ?= linux/amd64,linux/arm64
FUZZTIME      ?= 30s
SEED          ?= 1
SEQUENCES     ?= 200
WORLDS        ?= 6
CHURN         ?= 100000
MUTATE        ?= securitycontext posture/fold.go posture/failures.go
ORDERS        ?= 1000000

# envtest notes the ports that it takes in the user's cache; Go's own stays where it is.
# Programs and tests are compiled as the image is, so that what both are made of is compiled once.
CONTAINED = XDG_CACHE_HOME=$(BIN)/cache GOCACHE="$$(go env GOCACHE)" CGO_ENABLED=0 GOFLAGS="$$(go env GOFLAGS) -trimpath"
ASSETS    = $(if $(KUBERNETES),KUBEBUILDER_ASSETS=$(CONTROL_PLANE))

.PHONY: help
help: ## List what make can do.
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

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
build: ## Build podscore into .bin/.
	@CGO_ENABLED=0 go build -trimpath -ldflags '$(LDFLAGS)' -o $(BIN)/podscore ./cmd/podscore

# The programs that tests run, by the variables in which they look for them. -count=1 where a
# test has programs read what Go's cache of results does not see.
PROGRAMS = PROMTOOL=$(PROMTOOL) PROMETHEUS=$(PROMETHEUS) ALERTMANAGER=$(ALERTMANAGER) AMTOOL=$(AMTOOL) HELM=$(HELM) HELM_DOCS=$(HELM_DOCS)

# Tests that need more than Go and the usual Unix tools, and can be left out: make test WITHOUT="image dashboards"
MORE    = image dashboards
WITHOUT =

.PHONY: test
test: $(if $(KUBERNETES),test-version,test-all) ## Run every test, those against the real API server included; WITHOUT="image dashboards" leaves two out, KUBERNETES=v1.31.14 has those that depend on its version.

.PHONY: test-all
test-all: prerequisites control-plane $(PROMTOOL) $(PROMETHEUS) $(ALERTMANAGER) $(AMTOOL) $(HELM) $(HELM_DOCS) $(if $(filter dashboards,$(WITHOUT)),,dashboards-page)
	$(CONTAINED) PODSCORE_REQUIRE_ALL=true $(PROGRAMS) go test -count=1 -timeout 20m $$(go list ./... | grep -v -x $(WITHOUT:%=-e '.*/test/%') -e none)
	cd test/chart && $(CONTAINED) PODSCORE_REQUIRE_ALL=true $(PROGRAMS) go test -count=1 -timeout 20m ./...
	cd dashboards && go test ./...
	cd test/bench && go test ./...

.PHONY: test-version
test-version: control-plane $(PROMTOOL) $(HELM)
	$(CONTAINED) $(ASSETS) PODSCORE_REQUIRE_ALL=true $(PROGRAMS) go test -count=1 -timeout 20m ./test/integration ./test/ha
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
	go test -count=1 -timeout 0 -run TestEveryPodIsCountedOnce ./posture -args -orders $(ORDERS)
	$(CONTAINED) PODSCORE_REQUIRE_ALL=true go test -count=1 -timeout 0 -v -run TestSequences ./test/chaos -args -sequences $(SEQUENCES) -seed $(SEED) -worlds $(WORLDS)

.PHONY: soak
soak: control-plane ## Have CHURN (100000) pods come and go, and require that nothing grows and nothing differs from the truth.
	$(CONTAINED) PODSCORE_REQUIRE_ALL=true go test -count=1 -timeout 0 -v -run TestSoak ./test/chaos -args -soak $(CHURN)

.PHONY: reproducible
reproducible: ## Make the image twice, the second time in another folder and without the build cache, and require the same; needs what make test does.
	@test/prerequisites.sh image
	$(CONTAINED) PODSCORE_REQUIRE_ALL=true go test -count=1 -timeout 30m -v ./test/image -args -cold

.PHONY: race
race: ## Run the tests of what goroutines share under the race detector; needs a C compiler.
	CGO_ENABLED=1 go test -race ./posture ./metrics ./controllers ./sparse ./serving

.PHONY: fuzz
fuzz: ## Fuzz scoring, owners, decoding and exposition for FUZZTIME (30s) each.
	go test -run '^$$' -fuzz '^FuzzScore$$' -fuzztime $(FUZZTIME) ./securitycontext
	for target in FuzzNames FuzzOf; do go test -run '^$$' -fuzz "^$$target$$" -fuzztime $(FUZZTIME) ./workload || exit 1; done
	for target in FuzzUnmarshal FuzzUnmarshalList FuzzUnmarshalJSON FuzzWatch FuzzReadList FuzzReadJSONList; do go test -run '^$$' -fuzz "^$$target$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 10x ./sparse || exit 1; done
	go test -run '^$$' -fuzz '^FuzzExposition$$' -fuzztime $(FUZZTIME) ./metrics

.PHONY: mutate
mutate: ## Put faults into the rules, MUTATE (folders or files), and require that tests find them; takes half an hour.
	go run ./test/mutate $(MUTATE)

.PHONY: huge
huge: control-plane ## Put 100,000 pods and 20,000 namespaces before podscore, and print what they cost.
	$(CONTAINED) PODSCORE_HUGE=true PODSCORE_REQUIRE_ALL=true go test -count=1 -timeout 20m -v -run TestHuge ./test/input

.PHONY: bench
bench: build control-plane ## Measure whole processes, podscore beside a usual controller; BENCH='-quick' for a first look.
	@cd test/bench && go build -o $(BIN)/bench . && CGO_ENABLED=0 go build -trimpath -ldflags '-s -w' -o $(BIN)/baseline ./baseline
	@$(CONTAINED) $(BIN)/bench $(BENCH)

.PHONY: microbench
microbench: ## Run the Go benchmarks whose figures are in docs/benchmarks.md.
	go test -run '^$$' -bench . -benchmem ./securitycontext ./workload ./sparse ./posture ./metrics ./controllers ./serving

CONTAINER_TOOL    ?= $(shell for tool in docker podman buildah; do if $$tool info >/dev/null 2>&1; then echo $$tool; break; fi; done)
SOURCE_DATE_EPOCH ?= $(shell git log -1 --format=%ct 2>/dev/null || echo 0)
# Several platforms under one name are a manifest list to podman and buildah. Their older versions do not say what they run on.
SEVERAL       = $(findstring $(comma),$(PLATFORM))
FLAGS_docker  = --tag $(IMAGE)
FLAGS_podman  = $(if $(SEVERAL),--manifest,--tag) $(IMAGE) --timestamp $(SOURCE_DATE_EPOCH) --identity-label=false --build-arg BUILDPLATFORM=linux/$$(uname -m)
FLAGS_buildah = $(FLAGS_podman)
PUSH_docker   = docker push $(IMAGE)
PUSH_podman   = podman $(if $(SEVERAL),manifest push --all,push) $(IMAGE) docker://$(IMAGE)
PUSH_buildah  = buildah $(if $(SEVERAL),manifest push --all,push) $(IMAGE) docker://$(IMAGE)

.PHONY: image
image: ## Build the image IMAGE for PLATFORM (amd64 and arm64) with docker, podman or buildah, whichever works here.
	$(eval tool := $(CONTAINER_TOOL))
	@test -n "$(FLAGS_$(tool))" || { echo "make image: no working docker, podman or buildah; install one of them, start it, or name it: CONTAINER_TOOL=podman" >&2; exit 1; }
	@echo "building $(IMAGE) for $(PLATFORM) with $(tool)"
	@test -z "$(SEVERAL)" -o $(tool) = docker || $(tool) rmi $(IMAGE) >/dev/null 2>&1 || true # or the list would grow
	@$(tool) build --platform $(PLATFORM) $(FLAGS_$(tool)) $(if $(BUILDER_IMAGE),--build-arg BUILDER_IMAGE=$(BUILDER_IMAGE)) \
		--build-arg VERSION=$(VERSION) --build-arg REVISION=$(REVISION) --build-arg SOURCE_DATE_EPOCH=$(SOURCE_DATE_EPOCH) $(IMAGE_FLAGS) . \
		|| { test -z "$(SEVERAL)" || echo "make image: if $(tool) cannot keep several platforms, name one: PLATFORM=linux/amd64" >&2; exit 1; }
	@echo "push it with: $(PUSH_$(tool))"

##@ Keep in order

SOURCES = $$(git ls-files --cached --others --exclude-standard '*.go')
# The modules beside the product's own, whose dependencies never reach its go.mod.
MODULES = dashboards localcluster test/bench test/chart
# Where the chart's tests compare what is generated from it, and it with config/.
CHART_TWINS = TestGolden|TestRulesInConfig|TestReadme|TestConfigSaysTheSame|TestNamespacedConfigSaysTheSame|TestDefaultsArePodscores|TestFlagsAreSet|TestSchemaKnowsEveryValue|TestExampleOfAReader

.PHONY: update
update: $(HELM) $(HELM_DOCS) ## Write all that is generated: docs, fixtures, dashboards, rules, formatting.
	go test ./securitycontext -run 'TestFixtures|TestDocs' -update
	go test ./metrics ./workload ./cmd/podscore -run TestDocs -update
	go run ./test/notices
	cd dashboards && go run .
	cd test/chart && $(PROGRAMS) go test -count=1 -run 'TestGolden|TestRulesInConfig|TestReadme' . -update
	gofmt -w $(SOURCES)
	for module in . $(MODULES); do (cd $$module && go mod tidy) || exit 1; done

.PHONY: verify
verify: control-plane $(HELM) $(HELM_DOCS) ## Fail where `make update` would change something, and where config/ and the chart differ.
	go test ./securitycontext ./metrics ./workload ./cmd/podscore ./test/notices -run 'TestFixtures|TestDocs|TestNotices'
	cd dashboards && go test -run TestJSON .
	cd test/chart && PODSCORE_REQUIRE_ALL=true $(PROGRAMS) go test -count=1 -run '$(CHART_TWINS)' .
	@unformatted=$$(gofmt -l $(SOURCES)); \
		test -z "$$unformatted" || { echo "not formatted, run make update: $$unformatted" >&2; exit 1; }
	for module in . $(MODULES); do (cd $$module && go mod tidy -diff) || exit 1; done
	go mod verify

.PHONY: lint
lint: $(GOLANGCI_LINT) $(ACTIONLINT) ## Lint the code, its layers and the workflows.
	for module in . $(MODULES); do (cd $$module && $(GOLANGCI_LINT) run --config $(CURDIR)/.golangci.yml ./...) || exit 1; done
	$(ACTIONLINT)

.PHONY: vuln
vuln: $(GOVULNCHECK) ## Look for known vulnerabilities (reaches out to the Go vulnerability database).
	$(GOVULNCHECK) ./...

.PHONY: clean
clean: ## Remove what was built, tools and control plane included.
	rm -rf $(BIN) .demo $(WEB)/node_modules $(WEB)/dist

##@ Tools

# The page that draws dashboards: what npm installs, once for every lock file, and what is built of it.
WEB = test/dashboards/web

.PHONY: dashboards-page
dashboards-page: $(WEB)/dist/index.html
$(WEB)/node_modules/.package-lock.json: $(WEB)/package.json $(WEB)/package-lock.json $(WEB)/.npmrc
	@echo "installing Grafana's panel components, once; this takes a minute or two"
	@cd $(WEB) && npm ci --cache $(BIN)/npm --no-progress --no-audit --no-fund --loglevel=error
$(WEB)/dist/index.html: $(WEB)/node_modules/.package-lock.json $(shell git ls-files test/dashboards/web)
	@cd $(WEB) && npm run --silent check && npm run --silent build

$(GOLANGCI_LINT):
	@$(call install,github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(GOLANGCI_LINT_VERSION),golangci-lint,)
$(PROMTOOL):
	@$(call install,github.com/prometheus/prometheus/cmd/promtool@$(PROMETHEUS_VERSION),promtool,$(PROMETHEUS_TAGS))
$(PROMETHEUS):
	@$(call install,github.com/prometheus/prometheus/cmd/prometheus@$(PROMETHEUS_VERSION),prometheus,$(PROMETHEUS_TAGS))
$(ALERTMANAGER):
	@$(call install,github.com/prometheus/alertmanager/cmd/alertmanager@$(ALERTMANAGER_VERSION),alertmanager,)
$(AMTOOL):
	@$(call install,github.com/prometheus/alertmanager/cmd/amtool@$(ALERTMANAGER_VERSION),amtool,)
$(HELM):
	@$(call install,helm.sh/helm/v4/cmd/helm@$(HELM_VERSION),helm,)
$(HELM_DOCS):
	@$(call install,github.com/norwoodj/helm-docs/cmd/helm-docs@$(HELM_DOCS_VERSION),helm-docs,)
$(GOVULNCHECK):
	@$(call install,golang.org/x/vuln/cmd/govulncheck@$(GOVULNCHECK_VERSION),govulncheck,)
$(ACTIONLINT):
	@$(call install,github.com/rhysd/actionlint/cmd/actionlint@$(ACTIONLINT_VERSION),actionlint,)

comma := ,
# All service discoveries but Kubernetes' are left out: they pull in what podscore's tests never use.
PROMETHEUS_TAGS = -tags remove_all_sd$(comma)enable_kubernetes_sd
# install MODULE@VERSION, PROGRAM, FLAGS: into a file that bears the version.
define install
echo "building $(1), once; this takes some minutes"; \
mkdir -p $(BIN)/install && GOBIN=$(BIN)/install go install $(3) $(1) && mv $(BIN)/install/$(2) $@
endef
