# The image: built with docker, podman or buildah, whichever works here.

IMAGE    ?= localhost/podscore:$(VERSION)
PLATFORM ?= linux/amd64,linux/arm64

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
