package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// platform is what a program runs on, by Go's names.
type platform struct{ os, arch string }

// platforms are those for which there are archives.
var platforms = []platform{
	{"darwin", "amd64"},
	{"darwin", "arm64"},
	{"linux", "amd64"},
	{"linux", "arm64"},
	{"windows", "amd64"},
	{"windows", "arm64"},
}

// String returns a platform as it is written, such as "linux/amd64".
func (p platform) String() string { return p.os + "/" + p.arch }

// program returns the name of the program's file.
func (p platform) program() string {
	if p.os == "windows" {
		return "kubectl-podscore.exe"
	}
	return "kubectl-podscore"
}

// build compiles the program, and returns the path of it. What could differ between two
// machines is fixed.
func (r *release) build(p platform) (string, error) {
	program := filepath.Join(r.out, "programs", p.os+"_"+p.arch, p.program())
	command := exec.Command("go", "build", "-trimpath", "-buildvcs=false", "-ldflags", r.ldflags, "-o", program, "./cmd/kubectl-podscore")
	command.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS="+p.os, "GOARCH="+p.arch, "GOAMD64=v1", "GOARM64=v8.0", "GOFLAGS=", "GOEXPERIMENT=")
	command.Stderr = os.Stderr
	if err := command.Run(); err != nil {
		return "", fmt.Errorf("go build for %v: %w", p, err)
	}
	return program, nil
}
