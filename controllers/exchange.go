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

// exchange is a request of a reflector's as the transport sees it. It is in the
// request's context, below all that client-go does with requests and answers.
type exchange struct {
	// sent is called when the request is sent, which may be several times.
	sent func(*url.URL)
	// take is given every object of a list that is answered, in JSON or in
	// protobuf; it is nil for a watch.
	take func(object []byte, inJSON bool) error
	// failed is why there was no answer.
	failed error
}

type exchangeKey struct{}

func (x *exchange) in(ctx context.Context) context.Context {
	return context.WithValue(ctx, exchangeKey{}, x)
}

// errUnanswered stands for why there was no answer. client-go tries some of the
// reasons again by itself, ten times and without a word, and takes others for a
// watch that has ended.
var errUnanswered = errors.New("no answer")

// reason returns an error of client-go's with why there was no answer, if there was none.
func (x *exchange) reason(err error) error {
	var outer *url.Error
	if x.failed == nil || !errors.As(err, &outer) || !errors.Is(outer.Err, errUnanswered) {
		return err
	}
	return &url.Error{Op: outer.Op, URL: outer.URL, Err: x.failed}
}

// Transport carries out what reflectors ask for, and anything else as it was. A
// list is read object by object: client-go would hold the whole answer, and then
// all that it decodes from it. It fits rest.Config.Wrap.
func Transport(inner http.RoundTripper) http.RoundTripper { return transport{inner} }

type transport struct{ inner http.RoundTripper }

// WrappedRoundTripper lets client-go find what it looks for in transports.
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
	if x.take != nil {
		response.Body = &listBody{ReadCloser: response.Body, read: x.reader(response)}
		response.ContentLength = -1
	}
	return response, nil
}

// reader returns what reads the answer to a list: what is no list is small, or refused.
func (x *exchange) reader(response *http.Response) func(io.Reader) ([]byte, error) {
	media, _, _ := mime.ParseMediaType(response.Header.Get("Content-Type"))
	switch {
	case response.StatusCode != http.StatusOK:
	case media == "application/vnd.kubernetes.protobuf":
		return func(body io.Reader) ([]byte, error) {
			return sparse.ReadList(body, func(object []byte) error { return x.take(object, false) })
		}
	case media == "application/json":
		return func(body io.Reader) ([]byte, error) {
			return sparse.ReadJSONList(body, func(object []byte) error { return x.take(object, true) })
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

// listBody is the body of an answer, of which only the rest is read that no
// exchange has taken.
type listBody struct {
	io.ReadCloser
	read func(io.Reader) ([]byte, error)
	rest *bytes.Reader
}

// Read implements io.Reader. Its errors quote nothing: client-go logs them.
func (b *listBody) Read(p []byte) (int, error) {
	if b.rest == nil {
		rest, err := b.read(b.ReadCloser)
		if err != nil {
			return 0, told(err)
		}
		b.rest = bytes.NewReader(rest)
	}
	return b.rest.Read(p)
}

// namespaceIn returns the namespace that a request is about, from its path; none
// where it is about all, or about namespaces.
func namespaceIn(path string) string {
	parts := strings.Split(path, "/")
	if n := len(parts); n > 2 && parts[n-3] == "namespaces" {
		return parts[n-2]
	}
	return ""
}
