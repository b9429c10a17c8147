package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"time"
)

// describe takes in what the programs are and what they run on.
func (r *Results) describe(ctx context.Context, programs []program) error {
	r.Date = time.Now().UTC().Format(time.DateOnly)
	r.Cores, r.Go = runtime.NumCPU(), runtime.Version()
	var err error
	if r.Processor, err = firstMatch("/proc/cpuinfo", `(?m)^model name\s*: (.*)$`); err != nil {
		return err
	}
	// The part after the number may name the provider of the machine.
	if r.Kernel, err = firstMatch("/proc/sys/kernel/osrelease", `^([0-9.]+)`); err != nil {
		return err
	}
	memory, err := firstMatch("/proc/meminfo", `(?m)^MemTotal:\s*([0-9]+) kB$`)
	if err != nil {
		return err
	}
	kibibytes, err := strconv.ParseUint(memory, 10, 64)
	if err != nil {
		return err
	}
	r.MemoryBytes = kibibytes << 10
	r.ControllerRuntime = moduleVersion("sigs.k8s.io/controller-runtime")
	for _, program := range programs {
		if program.name != "podscore" {
			continue
		}
		version, err := exec.CommandContext(ctx, program.binary, "--version").Output()
		if err != nil {
			return fmt.Errorf("%s --version: %w", program.binary, err)
		}
		// Of the form "podscore v0.1.0 (revision abc, go1.26 linux/amd64)".
		r.Podscore, _, _ = strings.Cut(string(version), ",")
		r.Podscore += ")"
	}
	return nil
}

func firstMatch(path, pattern string) (string, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return "", err
	}
	match := regexp.MustCompile(pattern).FindSubmatch(text)
	if match == nil {
		return "", fmt.Errorf("%s does not tell what is asked for: %s", path, pattern)
	}
	return strings.TrimSpace(string(match[1])), nil
}

// moduleVersion returns the version of a module that is compiled into this
// program, and in the same version into those that it measures.
func moduleVersion(path string) string {
	info, _ := debug.ReadBuildInfo()
	for _, module := range info.Deps {
		if module.Path == path {
			return module.Version
		}
	}
	return "unknown"
}
