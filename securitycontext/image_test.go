package securitycontext

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/distribution/reference"
)

func TestRepository(t *testing.T) {
	digest := "@sha256:" + strings.Repeat("0a", 32)
	long := "registry.example.com/" + strings.Repeat("a", 255-len("registry.example.com/"))
	for image, want := range map[string]string{
		"nginx":                                    "docker.io/library/nginx",
		"nginx:1.29":                               "docker.io/library/nginx",
		"nginx" + digest:                           "docker.io/library/nginx",
		"nginx:1.29" + digest:                      "docker.io/library/nginx",
		"docker.io/nginx":                          "docker.io/library/nginx",
		"index.docker.io/library/nginx":            "docker.io/library/nginx",
		"bitnami/nginx":                            "docker.io/bitnami/nginx",
		"registry.example.com/nginx":               "registry.example.com/nginx",
		"registry.example.com:5000/a/b/c:v1":       "registry.example.com:5000/a/b/c",
		"localhost/a":                              "localhost/a",
		"nginx@sha512:" + strings.Repeat("0", 128): "docker.io/library/nginx",
		long:                                  long,
		long + ":" + strings.Repeat("t", 128): long,

		"":                                       "",
		" nginx":                                 "",
		"Nginx":                                  "",
		"nginx:":                                 "",
		"nginx:bad tag":                          "",
		"nginx:a:b":                              "",
		"nginx@sha256:0a":                        "",
		"nginx@md5:" + digest[8:]:                "",
		"/nginx":                                 "",
		"a//b":                                   "",
		"https://docker.io/nginx":                "",
		"é":                                      "",
		"\xff":                                   "",
		strings.Repeat("0a", 32):                 "", // what looks like an image's id
		long + "a":                               "",
		"nginx:1.29" + strings.Repeat(" ", 2000): "",
	} {
		if got := Repository(image); got != want {
			t.Errorf("the repository of %q is %q, want %q", image, got, want)
		}
	}
}

// FuzzRepository: what is kept of an image's name is short, is what the kubelet's
// library says of it, and is its own repository.
func FuzzRepository(f *testing.F) {
	for _, image := range []string{"nginx", "registry.example.com:5000/a/b:v1@sha256:" + strings.Repeat("0a", 32), "a:b:c", "A/b", strings.Repeat("a/", 600)} {
		f.Add(image)
	}
	f.Fuzz(func(t *testing.T, image string) {
		got := Repository(image)
		if len(got) > longestRepository || !utf8.ValidString(got) {
			t.Fatalf("the repository of %q is %q", image, got)
		}
		named, err := reference.ParseNormalizedNamed(image)
		if got != "" && (err != nil || got != named.Name()) {
			t.Errorf("the repository of %q is %q, by the library %v: %v", image, got, named, err)
		}
		if got == "" && err == nil && len(image) <= longestImage && len(named.Name()) <= longestRepository {
			t.Errorf("%q has no repository, and by the library it is %v", image, named)
		}
		if got != "" && Repository(got) != got {
			t.Errorf("the repository of %q is %q, and of that %q", image, got, Repository(got))
		}
	})
}
