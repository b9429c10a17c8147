# The tools, pinned. They are built from source into .bin, once per version.

GOLANGCI_LINT_VERSION = v2.15.0
PROMETHEUS_VERSION    = v0.316.0
ALERTMANAGER_VERSION  = v0.31.1
HELM_VERSION          = v4.3.1
HELM_DOCS_VERSION     = v1.14.2
GOVULNCHECK_VERSION   = v1.9.0
ACTIONLINT_VERSION    = v1.7.12

GOLANGCI_LINT = $(BIN)/golangci-lint-$(GOLANGCI_LINT_VERSION)
PROMTOOL      = $(BIN)/promtool-$(PROMETHEUS_VERSION)
PROMETHEUS    = $(BIN)/prometheus-$(PROMETHEUS_VERSION)
ALERTMANAGER  = $(BIN)/alertmanager-$(ALERTMANAGER_VERSION)
AMTOOL        = $(BIN)/amtool-$(ALERTMANAGER_VERSION)
HELM          = $(BIN)/helm-$(HELM_VERSION)
HELM_DOCS     = $(BIN)/helm-docs-$(HELM_DOCS_VERSION)
GOVULNCHECK   = $(BIN)/govulncheck-$(GOVULNCHECK_VERSION)
ACTIONLINT    = $(BIN)/actionlint-$(ACTIONLINT_VERSION)

# The programs that tests run, by the variables in which they look for them. -count=1 where a
# test has programs read what Go's cache of results does not see.
PROGRAMS = PROMTOOL=$(PROMTOOL) PROMETHEUS=$(PROMETHEUS) ALERTMANAGER=$(ALERTMANAGER) AMTOOL=$(AMTOOL) HELM=$(HELM) HELM_DOCS=$(HELM_DOCS) ACTIONLINT=$(ACTIONLINT)

# All service discoveries but Kubernetes' are left out: they pull in what podscore's tests never use.
PROMETHEUS_TAGS = -tags remove_all_sd$(comma)enable_kubernetes_sd
# install MODULE@VERSION, PROGRAM, FLAGS: into a file that has the version in its name.
define install
echo "building $(1), once; this takes some minutes"; \
mkdir -p $(BIN)/install && GOBIN=$(BIN)/install go install $(3) $(1) && mv $(BIN)/install/$(2) $@
endef

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

# The page that draws dashboards: what npm installs, once for every lock file, and what is built of it.
WEB = test/dashboards/web

.PHONY: dashboards-page
dashboards-page: $(WEB)/dist/index.html
$(WEB)/node_modules/.package-lock.json: $(WEB)/package.json $(WEB)/package-lock.json $(WEB)/.npmrc
	@echo "installing Grafana's panel components, once; this takes a minute or two"
	@cd $(WEB) && npm ci --cache $(BIN)/npm --no-progress --no-audit --no-fund --loglevel=error
$(WEB)/dist/index.html: $(WEB)/node_modules/.package-lock.json $(shell git ls-files test/dashboards/web)
	@cd $(WEB) && npm run --silent check && npm run --silent build
