package controlplane

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// numbered writes a script that records its process ID and executes a program of the
// same name, and returns the script's path. It is needed because envtest does not
// return the process that it starts.
func (c *ControlPlane) numbered(path string) (string, error) {
	name := filepath.Base(path)
	wrapper := filepath.Join(c.Dir, "bin", name)
	if err := os.MkdirAll(filepath.Dir(wrapper), 0o755); err != nil {
		return "", err
	}
	script := fmt.Sprintf("#!/bin/sh\necho $$ >'%s'\nexec '%s' \"$@\"\n", c.numberOf(name), path)
	return wrapper, os.WriteFile(wrapper, []byte(script), 0o755)
}

func (c *ControlPlane) numberOf(name string) string { return filepath.Join(c.Dir, name+".pid") }

// KillAPIServer ends the API server with SIGKILL, and waits until it has ended.
// RestartAPIServer starts it again.
func (c *ControlPlane) KillAPIServer() error {
	return c.kill("kube-apiserver", c.environment.ControlPlane.GetAPIServer().Stop)
}

// KillEtcd ends etcd with SIGKILL, and waits until it has ended. StartEtcd starts it
// again.
func (c *ControlPlane) KillEtcd() error {
	return c.kill("etcd", c.environment.ControlPlane.Etcd.Stop)
}

// StartEtcd starts etcd again after KillEtcd, at the same address and on the same data.
func (c *ControlPlane) StartEtcd() error {
	if err := c.environment.ControlPlane.Etcd.Start(); err != nil {
		return c.lastWords(err)
	}
	return nil
}

// kill kills a program, and calls envtest's stop until that succeeds, so that envtest
// can start the program again.
func (c *ControlPlane) kill(name string, stop func() error) error {
	text, err := os.ReadFile(c.numberOf(name))
	if err != nil {
		return err
	}
	number, err := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil {
		return err
	}
	if err := syscall.Kill(number, syscall.SIGKILL); err != nil {
		return fmt.Errorf("%s cannot be killed: %w", name, err)
	}
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		if err = stop(); err == nil || time.Now().After(deadline) {
			return err
		}
	}
}

// Compact makes etcd discard all revisions before the present one. A client whose watch
// starts before that, and that no cache serves, must list again.
func (c *ControlPlane) Compact(ctx context.Context) error {
	var now struct {
		Header struct{ Revision string }
	}
	if err := c.etcd(ctx, "range", map[string]any{"key": "AA=="}, &now); err != nil {
		return err
	}
	return c.etcd(ctx, "compaction", map[string]any{"revision": now.Header.Revision, "physical": true}, &struct{}{})
}

// etcd calls a method of etcd's JSON gateway, such as "txn", and decodes the response
// into result.
func (c *ControlPlane) etcd(ctx context.Context, method string, parameters, result any) error {
	body, err := json.Marshal(parameters)
	if err != nil {
		return err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, c.EtcdURL()+"/v3/kv/"+method, bytes.NewReader(body))
	if err != nil {
		return err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		return err
	}
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("etcd answers %s to %s: %.500s", response.Status, method, text)
	}
	return json.Unmarshal(text, result)
}
