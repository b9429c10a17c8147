package chaos

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"

	"github.com/podscore/podscore/test/process"
)

// replica is one podscore, behind a proxy of its own.
type replica struct {
	*process.Podscore
	*pages
	proxy *Proxy
	clock string // file that says how far ahead its clock is
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
	flags := append([]string{fmt.Sprint("--workload-series-limit=", w.kind.limit), fmt.Sprint("--scrape-interval=", settle)}, w.kind.flags...)
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
	path, err := w.starter(ctx, r, name)
	if err != nil {
		return err
	}
	log := filepath.Join(w.cluster.Dir, "logs", name+".log")
	if r.Podscore, err = process.StartPodscore(ctx, path, kubeconfig, log, flags...); err != nil {
		return err
	}
	r.pages = w.reader.follow(r.Podscore)
	return nil
}

// starter writes a program that becomes podscore with its replica's clock.
func (w *world) starter(ctx context.Context, r *replica, name string) (string, error) {
	podscore, err := w.program(ctx)
	if err != nil {
		return "", err
	}
	path := filepath.Join(w.cluster.Dir, "bin", name)
	script := fmt.Sprintf("#!/bin/sh\n%s='%s' exec '%s' \"$@\"\n", clockVariable, r.clock, podscore)
	return path, os.WriteFile(path, []byte(script), 0o755)
}

// setClock sets how far a replica's clock is ahead.
func (r *replica) setClock(ahead time.Duration) error {
	file, err := os.OpenFile(r.clock, os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	text := binary.NativeEndian.AppendUint64(nil, uint64(int64(ahead/time.Second)))
	_, err = file.WriteAt(text, 0)
	return errors.Join(err, file.Close())
}

// kill kills a replica.
func (r *replica) kill() error {
	if err := r.Signal(syscall.SIGKILL); err != nil {
		return err
	}
	r.ExitStatus()
	return nil
}

// each does something to every replica.
func (w *world) each(do func(r *replica) error) error {
	var errs []error
	for _, r := range w.replicas {
		errs = append(errs, do(r))
	}
	return errors.Join(errs...)
}

// weather sets the weather before every replica.
func (w *world) weather(weather func() Weather) {
	for _, r := range w.replicas {
		r.proxy.Set(weather())
	}
}

// fair ends it.
func (w *world) fair() { w.weather(func() Weather { return Weather{} }) }

// cut ends all connections.
func (w *world) cut() {
	for _, r := range w.replicas {
		r.proxy.Cut()
	}
}

// cutOff keeps all replicas from the API server, or no longer.
func (w *world) cutOff(off bool) error {
	return w.each(func(r *replica) error { return r.proxy.CutOff(off) })
}

// lists is how many lists of pods the replicas have asked for.
func (w *world) lists() (lists int64) {
	for _, r := range w.replicas {
		lists += r.proxy.Lists()
	}
	return lists
}

// leader waits until one replica reports, and returns it and another, if there is one.
func (w *world) leader(ctx context.Context) (leader, standby *replica, err error) {
	for deadline := time.Now().Add(recovery); time.Now().Before(deadline) && ctx.Err() == nil; time.Sleep(50 * time.Millisecond) {
		for i, r := range w.replicas {
			if now, err := r.read(ctx); err == nil && now.reports {
				return r, w.replicas[(i+1)%len(w.replicas)], nil
			}
		}
	}
	return nil, nil, fmt.Errorf("for %s nobody reports", recovery)
}

// ready waits until every replica is.
func (w *world) ready(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, recovery)
	defer cancel()
	return w.each(func(r *replica) error { return r.Ready(ctx) })
}

// lastWords returns the ends of the replicas' logs.
func (w *world) lastWords() string {
	var words strings.Builder
	for i, r := range w.replicas {
		if r.Podscore != nil {
			text, _ := os.ReadFile(r.Log)
			lines := strings.Split(strings.TrimSpace(string(text)), "\n")
			fmt.Fprintf(&words, "the last words of replica %d were:\n%s\n", i, strings.Join(lines[max(0, len(lines)-40):], "\n"))
		}
	}
	return words.String()
}
