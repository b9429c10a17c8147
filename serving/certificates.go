package serving

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"time"

	"github.com/go-logr/logr"
	"sigs.k8s.io/controller-runtime/pkg/certwatcher"
)

// tls returns the TLS configuration of /metrics, or nil for plain HTTP. Certificates in
// files are reloaded when they change, until ctx is done.
func (o *Options) tls(ctx context.Context, log logr.Logger) (*tls.Config, error) {
	if !o.secure {
		log.Info("Anybody may read /metrics, in plain HTTP, because of --metrics-secure=false")
		return nil, nil
	}
	config := &tls.Config{MinVersion: tls.VersionTLS12, NextProtos: []string{"http/1.1"}}
	if o.certPath == "" {
		log.Info("podscore made the certificate of /metrics itself, and scrapers cannot verify it: give one with --metrics-cert-path")
		certificate, err := selfSigned()
		config.Certificates = []tls.Certificate{certificate}
		return config, err
	}
	watcher, err := certwatcher.New(filepath.Join(o.certPath, o.certName), filepath.Join(o.certPath, o.certKey))
	if err != nil {
		return nil, fmt.Errorf("--metrics-cert-path=%s: no certificate with its key: %w: put them there as --metrics-cert-name=%s and --metrics-cert-key=%s, or leave the flag out and one is made", o.certPath, err, o.certName, o.certKey)
	}
	// The manager does not run it, because that would wait for the API server first.
	go func() {
		if err := watcher.Start(ctx); err != nil {
			log.Error(err, "podscore no longer watches the certificate of /metrics: restart podscore when it changes")
		}
	}()
	config.GetCertificate = watcher.GetCertificate
	return config, nil
}

// selfSigned returns a new self-signed certificate, valid for ten years.
func selfSigned() (tls.Certificate, error) {
	host, err := os.Hostname()
	if err != nil {
		host = "podscore"
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, err
	}
	now := time.Now()
	template := &x509.Certificate{
		SerialNumber: big.NewInt(now.UnixNano()), Subject: pkix.Name{CommonName: host}, DNSNames: []string{host},
		NotBefore: now.Add(-time.Hour), NotAfter: now.AddDate(10, 0, 0),
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	certificate, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	return tls.Certificate{Certificate: [][]byte{certificate}, PrivateKey: key}, err
}
