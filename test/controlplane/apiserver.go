package controlplane

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"k8s.io/client-go/kubernetes"
	"sigs.k8s.io/controller-runtime/pkg/envtest"
)

func (c *ControlPlane) startAPIServer(assets string, options Options) error {
	c.environment = &envtest.Environment{
		BinaryAssetsDirectory:    assets,
		ControlPlaneStartTimeout: 2 * time.Minute,
		ControlPlaneStopTimeout:  time.Minute,
	}
	server := c.environment.ControlPlane.GetAPIServer()
	server.CertDir = filepath.Join(c.Dir, "certs")
	etcd := &envtest.Etcd{DataDir: filepath.Join(c.Dir, "etcd")}
	c.environment.ControlPlane.Etcd = etcd
	server.Err, etcd.Err = &c.serverLog, &c.etcdLog
	var err error
	if server.Path, err = c.numbered(filepath.Join(assets, "kube-apiserver")); err != nil {
		return err
	}
	if etcd.Path, err = c.numbered(filepath.Join(assets, "etcd")); err != nil {
		return err
	}
	// Nobody goes there, but without an address it looks for a default route, and ends where there is none.
	server.Configure().Set("advertise-address", "192.0.2.1")
	for name, value := range options.APIServer {
		server.Configure().Set(name, value)
	}
	for name, value := range options.Etcd {
		etcd.Configure().Set(name, value)
	}
	if c.Config, err = c.environment.Start(); err != nil {
		return c.lastWords(err)
	}
	c.Config.QPS = -1 // no rate limit in the tests' own client
	if c.Client, err = kubernetes.NewForConfig(c.Config); err != nil {
		return err
	}
	c.Kubeconfig = filepath.Join(c.Dir, "admin.kubeconfig")
	if err := os.WriteFile(c.Kubeconfig, c.environment.KubeConfig, 0o600); err != nil {
		return err
	}
	// By default kubectl would leave its cache in the home directory.
	script := fmt.Sprintf("#!/bin/sh\nKUBECONFIG='%s' KUBECACHEDIR='%s' exec '%s' \"$@\"\n",
		c.Kubeconfig, filepath.Join(c.Dir, "cache"), filepath.Join(assets, "kubectl"))
	return os.WriteFile(c.Kubectl, []byte(script), 0o755)
}

// EtcdURL returns the URL at which etcd serves its clients, without authentication.
func (c *ControlPlane) EtcdURL() string { return c.environment.ControlPlane.Etcd.URL.String() }

// RestartAPIServer stops the API server, unless it was killed, and starts it
// again on the same etcd and at the same address, with further flags.
func (c *ControlPlane) RestartAPIServer(flags map[string]string) error {
	server := c.environment.ControlPlane.GetAPIServer()
	if err := server.Stop(); err != nil {
		return err
	}
	for name, value := range flags {
		server.Configure().Set(name, value)
	}
	if err := server.Start(); err != nil {
		return c.lastWords(err)
	}
	return nil
}

// lastWords adds to an error the last lines of the logs of etcd and the API server.
func (c *ControlPlane) lastWords(err error) error {
	last := func(log *bytes.Buffer) string {
		lines := strings.Split(strings.TrimSpace(log.String()), "\n")
		return strings.Join(lines[max(0, len(lines)-10):], "\n")
	}
	return fmt.Errorf("%w; etcd's last words were:\n%s\nand the API server's:\n%s", err, last(&c.etcdLog), last(&c.serverLog))
}
