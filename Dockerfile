# A static binary in an empty image, as a user that is not root.
#
# Any image with Go serves as the builder: --build-arg BUILDER_IMAGE=...
ARG BUILDER_IMAGE=golang:1.26

FROM ${BUILDER_IMAGE} AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY cmd cmd
COPY controllers controllers
COPY metrics metrics
COPY posture posture
COPY securitycontext securitycontext
COPY sparse sparse
ARG VERSION=devel
ARG REVISION=unknown
RUN CGO_ENABLED=0 go build -trimpath -buildvcs=false \
    -ldflags "-s -w -buildid= -X main.version=${VERSION} -X main.revision=${REVISION}" \
    -o /podscore ./cmd/podscore

FROM scratch
ARG VERSION=devel
ARG REVISION=unknown
LABEL org.opencontainers.image.title="podscore" \
      org.opencontainers.image.description="Exports how the pods of each namespace comply with CIS Kubernetes Benchmark 5.6.3" \
      org.opencontainers.image.source="https://github.com/podscore/podscore" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
COPY --from=build /podscore /podscore
USER 65532:65532
EXPOSE 8080 8081
ENTRYPOINT ["/podscore"]
