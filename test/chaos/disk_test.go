package chaos

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/podscore/podscore/test/process"
)

// TestTheDiskIsFull: podscore has no file open for writing but its log, and its series
// are correct when every write to its log fails.
func TestTheDiskIsFull(t *testing.T) {
	t.Parallel()
	w := correctWorld(t, kind{limit: 5000}, 50)
	r := w.replicas[0]
	for path := range openForWriting(t, r.PID()) {
		if path != r.Log {
			t.Errorf("podscore has %s open to write to it", path)
		}
	}

	// Start it again with /dev/full as its log: every write fails with "no space left on device".
	w.must(t, r.Stop())
	w.must(t, w.load.change(t.Context(), 20))
	metrics, probes := freeAddress(t), freeAddress(t)
	running, err := process.Start(filepath.Join(w.cluster.Dir, "bin", "podscore-1"), []string{
		"--kubeconfig=" + filepath.Join(w.cluster.Dir, "podscore-1.kubeconfig"), "--metrics-secure=false",
		"--metrics-bind-address=" + metrics, "--health-probe-bind-address=" + probes,
		fmt.Sprint("--workload-series-limit=", w.kind.limit), fmt.Sprint("--scrape-interval=", scrapeInterval), "--config=" + r.settings,
	}, "/dev/full")
	w.must(t, err)
	r.Podscore = &process.Podscore{Process: running, MetricsURL: "http://" + metrics, ProbesURL: "http://" + probes}
	r.scraper = w.prometheus.follow(r.Podscore)
	w.ledger.restarted(false)
	w.must(t, w.ready(t.Context()))
	w.cut() // so that it has something to log
	w.must(t, w.load.change(t.Context(), 50))
	time.Sleep(time.Second)
	w.must(t, w.check(t.Context()))
}

// openForWriting returns the files that a process can write to.
func openForWriting(t *testing.T, pid int) map[string]bool {
	t.Helper()
	descriptors, err := filepath.Glob(fmt.Sprintf("/proc/%d/fd/*", pid))
	if err != nil || len(descriptors) == 0 {
		t.Skipf("there is no /proc here: %v", err)
	}
	files := map[string]bool{}
	for _, descriptor := range descriptors {
		path, err := os.Readlink(descriptor)
		info, infoErr := os.ReadFile(strings.Replace(descriptor, "/fd/", "/fdinfo/", 1))
		if err != nil || infoErr != nil || !strings.HasPrefix(path, "/") || strings.HasPrefix(path, "/dev/") {
			continue // closed meanwhile, or not a file
		}
		_, rest, _ := strings.Cut(string(info), "flags:")
		flags, err := strconv.ParseInt(strings.Fields(rest)[0], 8, 64)
		if err != nil {
			t.Fatal(err)
		}
		if flags&syscall.O_ACCMODE != syscall.O_RDONLY {
			files[path] = true
		}
	}
	return files
}

// freeAddress returns an address of 127.0.0.1 that nobody listens on.
func freeAddress(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return listener.Addr().String()
}
