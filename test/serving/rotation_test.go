package serving

import (
	"context"
	"crypto/x509"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	certutil "k8s.io/client-go/util/cert"
)

// pair is a certificate and its key, as files have them.
type pair struct{ certificate, key []byte }

// newPair makes a certificate for 127.0.0.1 that itself is its authority.
func newPair(t *testing.T) pair {
	t.Helper()
	certificate, key, err := certutil.GenerateSelfSignedCertKey("127.0.0.1", nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	return pair{certificate, key}
}

// write writes the pair into a folder, in place.
func (p pair) write(t *testing.T, folder string) {
	t.Helper()
	for name, text := range map[string][]byte{"tls.crt": p.certificate, "tls.key": p.key} {
		if err := os.WriteFile(filepath.Join(folder, name), text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// mounted puts the pair where the kubelet puts a Secret's files, of which only a
// link changes, and removes the files before.
func (p pair) mounted(t *testing.T, folder, version string) {
	t.Helper()
	before, _ := os.Readlink(filepath.Join(folder, "..data"))
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(os.Mkdir(filepath.Join(folder, version), 0o700))
	p.write(t, filepath.Join(folder, version))
	must(os.Symlink(version, filepath.Join(folder, "..data_tmp")))
	must(os.Rename(filepath.Join(folder, "..data_tmp"), filepath.Join(folder, "..data")))
	if before != "" {
		must(os.RemoveAll(filepath.Join(folder, before)))
		return
	}
	for _, name := range []string{"tls.crt", "tls.key"} {
		must(os.Symlink(filepath.Join("..data", name), filepath.Join(folder, name)))
	}
}

// trusting returns a scraper that trusts this pair alone, and opens a connection
// for every scrape.
func (p pair) trusting(t *testing.T, token string) *scraper {
	t.Helper()
	s := newScraper(token, "127.0.0.1")
	s.tls.InsecureSkipVerify, s.tls.RootCAs = false, x509.NewCertPool()
	s.tls.RootCAs.AppendCertsFromPEM(p.certificate)
	s.client.Transport = onlyOnce{s.client.Transport}
	return s
}

// TestRotation: new connections get the new certificate soon after the files have
// changed, in place or by the link of a mounted Secret, and no scrape fails
// meanwhile, be it on a new connection or an old one.
func TestRotation(t *testing.T) {
	cluster.Needs(t)
	for name, put := range map[string]func(p pair, folder string, version int){
		"in place":       func(p pair, folder string, _ int) { p.write(t, folder) },
		"mounted secret": func(p pair, folder string, version int) { p.mounted(t, folder, fmt.Sprint("..", version)) },
	} {
		t.Run(name, func(t *testing.T) {
			folder := t.TempDir()
			now := newPair(t)
			put(now, folder, 0)
			p := start(t, "--metrics-cert-path="+folder)
			given := token(t, "scraper")
			url := p.MetricsURL + "/metrics"
			stop := everScraping(t, url, given)
			for version := 1; version <= 3; version++ {
				if page, err := now.trusting(t, given).scrape(t.Context(), url); err != nil || page.status != 200 {
					t.Fatalf("with the certificate before: %v, %v", page, err)
				}
				next := newPair(t)
				put(next, folder, version)
				changed := time.Now()
				eventually(t, func() (string, bool) {
					_, err := next.trusting(t, given).scrape(t.Context(), url)
					return fmt.Sprint("the new certificate is not taken: ", err), err == nil
				})
				t.Logf("version %d was taken after %s", version, time.Since(changed).Round(time.Millisecond))
				now = next
			}
			stop()
		})
	}
}

// TestCertificateThatCannotBeRead: the one before stays, and the log says why.
func TestCertificateThatCannotBeRead(t *testing.T) {
	folder, good := t.TempDir(), newPair(t)
	good.write(t, folder)
	p := start(t, "--metrics-cert-path="+folder)
	if err := os.WriteFile(filepath.Join(folder, "tls.crt"), []byte("no certificate"), 0o600); err != nil {
		t.Fatal(err)
	}
	has(t, p, "ERROR", "certificate", filepath.Join(folder, "tls.crt"))
	given := token(t, "scraper")
	if page, err := good.trusting(t, given).scrape(t.Context(), p.MetricsURL+"/metrics"); err != nil || page.status != 200 {
		t.Errorf("with the certificate before: %v, %v", page, err)
	}
	better := newPair(t)
	better.write(t, folder)
	eventually(t, func() (string, bool) {
		_, err := better.trusting(t, given).scrape(t.Context(), p.MetricsURL+"/metrics")
		return fmt.Sprint("the good certificate is not taken: ", err), err == nil
	})
}

// everScraping scrapes all the time, on one connection that stays and on new
// ones, until it is stopped, which fails the test if a scrape failed.
func everScraping(t *testing.T, url, token string) (stop func()) {
	ctx, cancel := context.WithCancel(t.Context())
	type result struct {
		count int
		err   error
	}
	results := make(chan result)
	fresh := newScraper(token, "127.0.0.1")
	fresh.client.Transport = onlyOnce{fresh.client.Transport}
	for _, s := range []*scraper{newScraper(token, "127.0.0.1"), fresh} {
		go func() {
			var r result
			for ctx.Err() == nil && r.err == nil {
				page, err := s.scrape(context.WithoutCancel(ctx), url)
				if r.count++; err != nil || page.status != 200 {
					r.err = fmt.Errorf("scrape %d: %v, %w", r.count, page, err)
				}
				time.Sleep(20 * time.Millisecond)
			}
			results <- r
		}()
	}
	return func() {
		t.Helper()
		cancel()
		for range 2 {
			r := <-results
			if t.Logf("%d scrapes meanwhile", r.count); r.err != nil {
				t.Error(r.err)
			}
		}
	}
}
