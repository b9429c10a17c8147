# A static binary in an empty image, beside the licenses of what it is made of, as a
# user that is not root.
#
# It is compiled on the machine's own platform, for whichever one is asked for;
# nothing is emulated. Any image with Go serves: --build-arg BUILDER_IMAGE=..., which
# a release gives by its digest.
ARG BUILDER_IMAGE=docker.io/library/golang:1.26.8

FROM --platform=$BUILDPLATFORM ${BUILDER_IMAGE} AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY cmd cmd
COPY configuration configuration
COPY controllers controllers
COPY metrics metrics
COPY policy policy
COPY posture posture
COPY securitycontext securitycontext
COPY serving serving
COPY sparse sparse
COPY workload workload
COPY LICENSE THIRD_PARTY_NOTICES /
ARG VERSION=devel
ARG REVISION=unknown
ARG SOURCE_DATE_EPOCH=0
# No defaults: they would win over what the builder says. Empty means the machine's own.
ARG TARGETOS
ARG TARGETARCH
RUN CGO_ENABLED=0 GOOS=${TARGETOS} GOARCH=${TARGETARCH} go build -trimpath -buildvcs=false \
    -ldflags "-s -w -X main.version=${VERSION} -X main.revision=${REVISION}" \
    -o /podscore ./cmd/podscore \
    && chmod 0644 /LICENSE /THIRD_PARTY_NOTICES && touch -d "@${SOURCE_DATE_EPOCH}" /podscore /LICENSE /THIRD_PARTY_NOTICES

FROM scratch
ARG VERSION=devel
ARG REVISION=unknown
LABEL org.opencontainers.image.title="podscore" \
      org.opencontainers.image.description="Exports how the pods of each namespace comply with CIS Kubernetes Benchmark 5.6.3" \
      org.opencontainers.image.vendor="podscore" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.url="https://github.com/podscore/podscore" \
      org.opencontainers.image.source="https://github.com/podscore/podscore" \
      org.opencontainers.image.documentation="https://github.com/podscore/podscore/blob/main/docs/operating.md" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
COPY --from=build /podscore /LICENSE /THIRD_PARTY_NOTICES /
USER 65532:65532
EXPOSE 8080 8081
ENTRYPOINT ["/podscore"]
