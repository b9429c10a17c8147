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

// Expose begins a page. finish is called at its end, with the snapshot that it was
// made of where somebody has read all of it, and with nil otherwise.
type Expose func(context.Context) (finish func(read *posture.Snapshot))

// Handler serves what gatherer has, in the format that the scraper asks for.
// Should one metric be wrong, the others are served all the same, and the
// error is logged: a page that answers 500 hides everything.
func Handler(gatherer *Gatherer, expose Expose, log logr.Logger) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var read *posture.Snapshot
		finish := expose(r.Context())
		defer func() { finish(read) }() // where writing panics, too, because nobody reads
		scrape := &transactional{Gatherer: gatherer}
		whole := inLargePieces(w, func(w http.ResponseWriter) {
			promhttp.HandlerForTransactional(scrape, promhttp.HandlerOpts{
				ErrorLog:          errorLog{log},
				ErrorHandling:     promhttp.ContinueOnError,
				EnableOpenMetrics: true,
			}).ServeHTTP(w, r)
		})
		if whole && r.Method == http.MethodGet {
			read = scrape.snapshot
		}
	})
}

// pieces are the buffers of inLargePieces.
var pieces = sync.Pool{New: func() any { return bufio.NewWriterSize(nil, 64<<10) }}

// inLargePieces has a page written to the network 64 KB at a time, and reports
// whether all of it was. As it is encoded it would go out in pieces of a few KB,
// with a system call each.
func inLargePieces(w http.ResponseWriter, write func(http.ResponseWriter)) (whole bool) {
	buffer := pieces.Get().(*bufio.Writer)
	buffer.Reset(w)
	defer func() {
		buffer.Reset(nil)
		pieces.Put(buffer)
	}()
	response := &bufferedResponse{Writer: buffer, response: w, status: http.StatusOK}
	write(response)
	return buffer.Flush() == nil && response.status == http.StatusOK
}

// bufferedResponse is an http.ResponseWriter whose body goes through a buffer.
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

// errorLog lets promhttp log through logr.
type errorLog struct{ log logr.Logger }

func (l errorLog) Println(values ...any) {
	l.log.Info("Some metrics could not be exposed", "reason", values)
}
