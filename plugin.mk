# What is published of kubectl-podscore: archives for each platform, their checksums, and a manifest for Krew.

.PHONY: plugin
plugin: ## Build kubectl-podscore for Linux, macOS and Windows into .bin/plugin/: archives, checksums, a manifest for Krew.
	@rm -rf $(BIN)/plugin
	@go run ./release -version '$(VERSION)' -ldflags '$(LDFLAGS)' -source-date-epoch $(SOURCE_DATE_EPOCH) -out $(BIN)/plugin
	@cd $(BIN)/plugin && sha256sum --check --quiet *_checksums.txt && ls -1 | sed "s#^#$(BIN)/plugin/#"

# What the linter, on Linux, does not see.
.PHONY: vet-plugin
vet-plugin:
	for os in darwin windows; do $(CONTAINED) GOOS=$$os go vet ./cmd/kubectl-podscore ./terminal/... || exit 1; done
