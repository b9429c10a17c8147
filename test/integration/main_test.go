// Package integration runs podscore as a process of its own against a real API
// server, under the rights that ship.
package integration

import (
	"os"
	"testing"

	"github.com/podscore/podscore/test/controlplane"
	"github.com/podscore/podscore/test/harness"
)

// cluster is what the tests share.
var cluster harness.Cluster

func TestMain(m *testing.M) {
	os.Exit(cluster.Run(m, controlplane.Options{}, "-k config/default"))
}
