package controllers

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"

	"github.com/podscore/podscore/sparse"
)

// exchange is a reflector's request and its response, as the transport handles them. It is
// carried in the request's context, below client-go's own handling of both.
type exchange struct {
	// sent is called whenever the request is sent; client-go may send it several times.
	sent func(*url.URL)
	// received is called with every object of a list, in JSON or in protobuf; it is nil
	// for a watch.
	received func(object []byte, inJSON bool) error
	// failed is why there was no response to the last attempt.
	failed error
}

type exchangeKey struct{}

// attach returns a context that carries the exchange to the transport.
func (x *exchange) attach(ctx context.Context) context.Context {
	return context.WithValue(ctx, exchangeKey{}, x)
}

// errUnanswered is returned to client-go in place of the error of a request without a
// response. client-go would retry some of those up to ten times without logging, and
// treat others as the end of a watch.
var errUnanswered = errors.New("no answer")

// cause returns err with the error that errUnanswered stands for, if it has that in it.
func (x *exchange) cause(err error) error {
	var outer *url.Error
	if x.failed == nil || !errors.As(err, &outer) || !errors.Is(outer.Err, errUnanswered) {
		return err
	}
	return &url.Error{Op: outer.Op, URL: outer.URL, Err: x.failed}
}

// Transport returns a transport for the requests of reflectors; it passes all others on to
// inner unchanged. It reads the response to a list object by object: client-go would hold
// the whole response, and everything decoded from it, in memory. Transport can be used
// with rest.Config.Wrap.
func Transport(inner http.RoundTripper) http.RoundTripper { return transport{inner} }

type transport struct{ inner http.RoundTripper }

// WrappedRoundTripper implements net.RoundTripperWrapper of apimachinery, by which
// client-go finds the transport below this one.
func (t transport) WrappedRoundTripper() http.RoundTripper { return t.inner }

// RoundTrip implements http.RoundTripper.
func (t transport) RoundTrip(request *http.Request) (*http.Response, error) {
	x, ours := request.Context().Value(exchangeKey{}).(*exchange)
	if !ours {
		return t.inner.RoundTrip(request)
	}
	x.sent(request.URL)
	var response *http.Response
	if response, x.failed = t.inner.RoundTrip(request); x.failed != nil {
		return nil, errUnanswered
	}
	if x.received != nil {
		response.Body = &listBody{ReadCloser: response.Body, read: x.reader(response)}
		response.ContentLength = -1
	}
	return response, nil
}

// reader returns the function that reads the response to a list. It calls received with
// the objects, and returns the rest of the list. If the response is no list, the function
// returns all of it, or an error where it has more than sparse.LargestObject bytes.
func (x *exchange) reader(response *http.Response) func(io.Reader) ([]byte, error) {
	media, _, _ := mime.ParseMediaType(response.Header.Get("Content-Type"))
	switch {
	case response.StatusCode != http.StatusOK:
	case media == "application/vnd.kubernetes.protobuf":
		return func(body io.Reader) ([]byte, error) {
			return sparse.ReadList(body, func(object []byte) error { return x.received(object, false) })
		}
	case media == "application/json":
		return func(body io.Reader) ([]byte, error) {
			return sparse.ReadJSONList(body, func(object []byte) error { return x.received(object, true) })
		}
	}
	return func(body io.Reader) ([]byte, error) {
		text, err := io.ReadAll(io.LimitReader(body, sparse.LargestObject+1))
		if len(text) > sparse.LargestObject {
			return nil, fmt.Errorf("an answer that is no list has more than %d bytes", sparse.LargestObject)
		}
		return text, err
	}
}

// listBody is the body of a response to a list, as client-go reads it: without the objects
// that the exchange has received.
type listBody struct {
	io.ReadCloser
	read func(io.Reader) ([]byte, error)
	rest *bytes.Reader
}

// Read implements io.Reader. Its errors are redacted, because client-go logs them.
func (b *listBody) Read(p []byte) (int, error) {
	if b.rest == nil {
		rest, err := b.read(b.ReadCloser)
		if err != nil {
			return 0, redacted(err)
		}
		b.rest = bytes.NewReader(rest)
	}
	return b.rest.Read(p)
}

// namespaceOfPath returns the namespace in the path of a request for namespaced objects;
// empty where the request is for all namespaces, or for namespaces themselves.
func namespaceOfPath(path string) string {
	parts := strings.Split(path, "/")
	if n := len(parts); n > 2 && parts[n-3] == "namespaces" {
		return parts[n-2]
	}
	return ""
}
