package harness

import (
	"fmt"
	"os"
	"strconv"
	"testing"

	"github.com/podscore/podscore/test/controlplane"
)

// All reports whether every test has to run: whether PODSCORE_REQUIRE_ALL is true, as
// `make test` sets it. A value that is neither true nor false is an error.
func All() (bool, error) {
	text := os.Getenv("PODSCORE_REQUIRE_ALL")
	if text == "" {
		return false, nil
	}
	all, err := strconv.ParseBool(text)
	if err != nil {
		return false, fmt.Errorf("PODSCORE_REQUIRE_ALL is %q: set it to true, and a test that lacks what it needs fails, or to false, and it is skipped", text)
	}
	return all, nil
}

// Skip skips a test that lacks something it needs, and says why. If every test has to
// run, see All, it fails the test instead.
func Skip(t testing.TB, why any) {
	t.Helper()
	all, err := All()
	switch {
	case err != nil:
		t.Fatal(err)
	case all:
		t.Fatal(why)
	}
	t.Skip(why)
}

// Program returns the path of a program from an environment variable, which `make test`
// sets, or skips the test.
func Program(t testing.TB, variable string) string {
	t.Helper()
	path := os.Getenv(variable)
	if path == "" {
		Skip(t, variable+" names no program: `make test` builds it and sets it")
	}
	return path
}

// Since skips a test if the control plane is older than Kubernetes 1.minor, which is
// the first version that has what the test needs. It skips the test even if every test
// has to run, because nothing can be installed to change that.
func Since(t testing.TB, c *controlplane.ControlPlane, minor int, what string) {
	t.Helper()
	if has := Minor(t, c); has < minor {
		t.Skipf("Kubernetes 1.%d has no %s: 1.%d has", has, what, minor)
	}
}

// Minor returns the minor version of a control plane: 31 for Kubernetes 1.31.
func Minor(t testing.TB, c *controlplane.ControlPlane) int {
	t.Helper()
	version, err := c.Client.Discovery().ServerVersion()
	if err != nil {
		t.Fatal(err)
	}
	minor, err := strconv.Atoi(version.Minor)
	if err != nil {
		t.Fatalf("the API server says that it is of version %s", version)
	}
	return minor
}
