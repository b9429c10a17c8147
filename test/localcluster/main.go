// Command localcluster starts a control plane on 127.0.0.1, prints its
// kubeconfig, and stays until Ctrl-C. It leaves nothing behind.
package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"github.com/podscore/podscore/test/controlplane"
	"github.com/podscore/podscore/test/process"
)

func main() { process.Main("localcluster", run) }

func run(ctx context.Context) (err error) {
	dir, err := controlplane.TempDir()
	if err != nil {
		return err
	}
	cluster, err := controlplane.Start(ctx, dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, cluster.Stop()) }()
	fmt.Printf("export KUBECONFIG=%s\nexport PATH=%s:$PATH\n\nCtrl-C stops it and removes its files.\n", cluster.Kubeconfig, filepath.Dir(cluster.Kubectl))
	<-ctx.Done()
	return nil
}
