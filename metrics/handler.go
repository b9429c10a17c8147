package metrics

import (
	"bufio"
	"context"
	"net/http"
	"sync"

	"github.com/go-logr/logr"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/podscore/podscore/posture"
)

// Expose is called at the beginning of a scrape, before the snapshot is made. finish is
// called at its end: with the snapshot if the scraper has read all of it, else with nil.
type Expose func(context.Context) (finish func(read *posture.Snapshot))

// Handler returns a handler that serves the metrics of gatherer, in the format that the
// scraper asks for. If a metric is wrong, the others are served all the same, and the
// error is logged: a response with status 500 would hide all of them.
func Handler(gatherer *Gatherer, expose Expose, log logr.Logger) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var read *posture.Snapshot
		finish := expose(r.Context())
		defer func() { finish(read) }() // also if a write panics, because the scraper is gone
		scrape := &transactional{Gatherer: gatherer}
		complete := buffered(w, func(w http.ResponseWriter) {
			promhttp.HandlerForTransactional(scrape, promhttp.HandlerOpts{
				ErrorLog:          errorLog{log},
				ErrorHandling:     promhttp.ContinueOnError,
				EnableOpenMetrics: true,
			}).ServeHTTP(w, r)
		})
		if complete && r.Method == http.MethodGet {
			read = scrape.snapshot
		}
	})
}

// buffers are those of buffered.
var buffers = sync.Pool{New: func() any { return bufio.NewWriterSize(nil, 64<<10) }}

// buffered calls write with a response writer that writes 64 KB at a time to w, and reports
// whether a response with status 200 was written completely. The encoder alone would write
// a few KB at a time, with a system call each.
func buffered(w http.ResponseWriter, write func(http.ResponseWriter)) (complete bool) {
	buffer := buffers.Get().(*bufio.Writer)
	buffer.Reset(w)
	defer func() {
		buffer.Reset(nil)
		buffers.Put(buffer)
	}()
	response := &bufferedResponse{Writer: buffer, response: w, status: http.StatusOK}
	write(response)
	return buffer.Flush() == nil && response.status == http.StatusOK
}

// bufferedResponse is an http.ResponseWriter that writes the body to a buffer.
type bufferedResponse struct {
	*bufio.Writer
	response http.ResponseWriter
	status   int
}

// Header implements http.ResponseWriter.
func (b *bufferedResponse) Header() http.Header { return b.response.Header() }

// WriteHeader implements http.ResponseWriter.
func (b *bufferedResponse) WriteHeader(status int) {
	b.status = status
	b.response.WriteHeader(status)
}

// errorLog is a promhttp.Logger that logs through logr.
type errorLog struct{ log logr.Logger }

// Println implements promhttp.Logger.
func (l errorLog) Println(values ...any) {
	l.log.Info("Some metrics could not be exposed", "reason", values)
}
