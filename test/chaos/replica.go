package chaos

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"

	"github.com/podscore/podscore/test/process"
)

// replica is one process of podscore, behind a proxy of its own.
type replica struct {
	*process.Podscore
	*scraper
	proxy    *Proxy
	clock    string // the file that has how far its clock is ahead
	settings string // the directory with its configuration
}

// launch starts a replica, and does not wait until it is ready.
func (w *world) launch(ctx context.Context, r *replica) error {
	w.starts++
	name := fmt.Sprint("podscore-", w.starts)
	kubeconfig := filepath.Join(w.cluster.Dir, name+".kubeconfig")
	if err := clientcmd.WriteToFile(clientcmdapi.Config{
		Clusters:       map[string]*clientcmdapi.Cluster{"proxy": {Server: r.proxy.URL, CertificateAuthorityData: r.proxy.CA}},
		AuthInfos:      map[string]*clientcmdapi.AuthInfo{"podscore": {TokenFile: w.tokenFile()}},
		Contexts:       map[string]*clientcmdapi.Context{"proxy": {Cluster: "proxy", AuthInfo: "podscore"}},
		CurrentContext: "proxy",
	}, kubeconfig); err != nil {
		return err
	}
	flags := append([]string{fmt.Sprint("--workload-series-limit=", w.kind.limit), fmt.Sprint("--scrape-interval=", scrapeInterval), "--config=" + r.settings}, w.kind.flags...)
	if w.kind.elected() {
		flags = append(flags, "--leader-elect", "--leader-elect-resource-namespace="+namespace)
	}
	if w.kind.namespaced {
		flags = append(flags, "--namespaces="+strings.Join(w.load.namespaces, ","))
	}
	if r.clock == "" {
		r.clock = filepath.Join(w.cluster.Dir, name+".clock")
		if err := r.setClock(0); err != nil {
			return err
		}
	}
	path, err := w.script(ctx, r, name)
	if err != nil {
		return err
	}
	log := filepath.Join(w.cluster.Dir, "logs", name+".log")
	if r.Podscore, err = process.StartPodscore(ctx, path, kubeconfig, log, flags...); err != nil {
		return err
	}
	r.scraper = w.prometheus.follow(r.Podscore)
	return nil
}

// script writes a script that runs podscore with the replica's clock, and returns its path.
func (w *world) script(ctx context.Context, r *replica, name string) (string, error) {
	podscore, err := w.program(ctx)
	if err != nil {
		return "", err
	}
	path := filepath.Join(w.cluster.Dir, "bin", name)
	script := fmt.Sprintf("#!/bin/sh\n%s='%s' exec '%s' \"$@\"\n", clockVariable, r.clock, podscore)
	return path, os.WriteFile(path, []byte(script), 0o755)
}

// setClock sets how far a replica's clock is ahead, in whole seconds.
func (r *replica) setClock(ahead time.Duration) error {
	file, err := os.OpenFile(r.clock, os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	text := binary.NativeEndian.AppendUint64(nil, uint64(int64(ahead/time.Second)))
	_, err = file.WriteAt(text, 0)
	return errors.Join(err, file.Close())
}

// awaitLog waits until podscore's log contains a text.
func (r *replica) awaitLog(ctx context.Context, what string) error {
	return wait.PollUntilContextTimeout(ctx, 50*time.Millisecond, 30*time.Second, true, func(context.Context) (bool, error) {
		text, err := os.ReadFile(r.Log)
		return strings.Contains(string(text), what), err
	})
}
