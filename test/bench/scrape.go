package main

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"strconv"
	"sync/atomic"
	"time"
)

// page is what one scrape brought.
type page struct {
	text  []byte
	took  time.Duration // from the request to the last byte
	ended time.Time
}

// plain is a client that asks for no compression.
var plain = &http.Client{Transport: &http.Transport{DisableCompression: true}}

// largest is how large the largest page was, in bytes: like Prometheus, a scrape
// has room for the page before it asks for it.
var largest atomic.Int64

// scrape reads /metrics as Prometheus 3 does where it is told to take text
// without compression.
func scrape(ctx context.Context, url string) (*page, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url+"/metrics", http.NoBody)
	if err != nil {
		return nil, err
	}
	request.Header.Set("Accept", "text/plain;version=0.0.4;escaping=allow-utf-8")
	request.Header.Set("Accept-Encoding", "identity")
	text := bytes.NewBuffer(make([]byte, 0, largest.Load()+bytes.MinRead))
	began := time.Now()
	response, err := plain.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	_, err = text.ReadFrom(response.Body)
	ended := time.Now()
	if err == nil && response.StatusCode != http.StatusOK {
		err = fmt.Errorf("/metrics answers %s: %.200s", response.Status, text)
	}
	largest.Store(max(largest.Load(), int64(text.Len())))
	return &page{text.Bytes(), ended.Sub(began), ended}, err
}

// series counts the series on the page.
func (p *page) series() (series int) {
	for line := range bytes.Lines(p.text) {
		if line[0] != '#' {
			series++
		}
	}
	return series
}

// value returns the value of a metric without labels.
func (p *page) value(name string) (float64, error) {
	for line := range bytes.Lines(p.text) {
		if rest, found := bytes.CutPrefix(line, []byte(name+" ")); found {
			return strconv.ParseFloat(string(bytes.TrimSpace(rest)), 64)
		}
	}
	return 0, fmt.Errorf("/metrics has no %s", name)
}

// perNamespace adds up the series of a metric for each namespace.
func (p *page) perNamespace(metric string) (map[string]int, error) {
	sums := map[string]int{}
	for line := range bytes.Lines(p.text) {
		labels, found := bytes.CutPrefix(line, []byte(metric+"{"))
		if !found {
			continue
		}
		_, rest, _ := bytes.Cut(labels, []byte(`namespace="`))
		namespace, _, found := bytes.Cut(rest, []byte(`"`))
		value, err := strconv.ParseFloat(string(bytes.TrimSpace(line[bytes.LastIndexByte(line, ' ')+1:])), 64)
		if !found || err != nil {
			return nil, fmt.Errorf("/metrics has a line that is not understood: %s", line)
		}
		sums[string(namespace)] += int(value)
	}
	return sums, nil
}

// pods is how many pods the page tells of, over all namespaces.
func (p *page) pods() (pods int, err error) {
	perNamespace, err := p.perNamespace("podscore_namespace_pods")
	for _, count := range perNamespace {
		pods += count
	}
	return pods, err
}

// observed is how many pods of each namespace the page counts as new.
func (p *page) observed() (map[string]int, error) {
	return p.perNamespace("podscore_pods_observed_total")
}
