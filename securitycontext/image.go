package securitycontext

import (
	// A digest is valid only if its algorithm is compiled in.
	_ "crypto/sha256"
	_ "crypto/sha512"

	"github.com/distribution/reference"
)

// The API server does not validate an image's name, so whoever creates pods can make it
// as long as a pod may be.
const (
	// longestRepository is the limit, in bytes, that the OCI says many clients have for
	// a registry and a name together:
	// https://github.com/opencontainers/distribution-spec/blob/v1.1.0/spec.md#pulling-manifests
	longestRepository = 255
	// longestImage is more than the longest repository with the longest tag (128) and
	// digest (135). What is longer is not parsed, which could take long.
	longestImage = 1024
)

// Repository returns the repository of an image, by the name that a pod's spec has for
// it: "docker.io/library/nginx" for "nginx:1.29". It is normalized as the kubelet does,
// without tag and digest. It is "" for a name that is not valid, which the kubelet
// refuses, and for a repository of more than 255 bytes.
// https://github.com/kubernetes/kubernetes/blob/v1.37.2/pkg/util/parsers/parsers.go
func Repository(image string) string {
	if len(image) > longestImage {
		return ""
	}
	named, err := reference.ParseNormalizedNamed(image)
	if err != nil || len(named.Name()) > longestRepository {
		return ""
	}
	return named.Name()
}
