package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"time"

	prometheusv1 "github.com/prometheus/client_golang/api/prometheus/v1"
	"github.com/prometheus/common/model"

	"github.com/podscore/podscore/test/dashboards/page"
)

// board is what of a dashboard decides what it asks Prometheus for.
type board struct {
	Time       struct{ From string }
	Templating struct{ List []variable }
	Panels     []panel
}

type panel struct {
	ID       int
	Type     string
	Title    string
	Interval string
	Targets  []target
	Panels   []any // of a row that is collapsed
}

type target struct {
	RefID   string
	Expr    string
	Instant bool
}

func readBoard(file string) (board, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return board{}, err
	}
	var b board
	if err := json.Unmarshal(text, &b); err != nil {
		return board{}, fmt.Errorf("%s: %w", file, err)
	}
	return b, nil
}

// queriesHaveResults runs every query of every panel, without a browser, as
// Grafana would. Its error has a line for each that fails or has no result.
func queriesHaveResults(ctx context.Context, prometheus prometheusv1.API, d page.Dashboard) (queries int, err error) {
	b, err := readBoard(d.File)
	if err != nil {
		return 0, err
	}
	var errs []error
	errs = append(errs, emptyPanelsExist(d.UID, b))
	for _, p := range b.Panels {
		if len(p.Panels) > 0 {
			errs = append(errs, fmt.Errorf("%s: the row %q is collapsed, and nobody would look at its panels: expand it", d.Title, p.Title))
		}
		for _, t := range p.Targets {
			queries++
			if err := hasResult(ctx, prometheus, b, p, t); err != nil && !mayBeEmpty(d.UID, p.Title, t.RefID) {
				errs = append(errs, fmt.Errorf("%s, panel %q, query %s: %w", d.Title, p.Title, t.RefID, err))
			}
		}
	}
	return queries, errors.Join(errs...)
}

func hasResult(ctx context.Context, prometheus prometheusv1.API, b board, p panel, t target) error {
	span, err := since(b.Time.From)
	if err != nil {
		return err
	}
	step := max(15*time.Second, (span / 700).Round(time.Second))
	if least, err := time.ParseDuration(p.Interval); err == nil {
		step = max(step, least)
	}
	expr, err := resolve(t.Expr, b.Templating.List, step, span)
	if err != nil {
		return err
	}
	now := time.Now()
	var value model.Value
	if t.Instant {
		value, _, _, err = prometheus.Query(ctx, expr, now)
	} else {
		value, _, _, err = prometheus.QueryRange(ctx, expr, prometheusv1.Range{Start: now.Add(-span), End: now, Step: step})
	}
	if err != nil {
		return fmt.Errorf("%w\n%s", err, expr)
	}
	if !hasNumber(value) {
		return fmt.Errorf("no result of\n%s", expr)
	}
	return nil
}

// hasNumber says whether there is anything to draw.
func hasNumber(value model.Value) bool {
	switch result := value.(type) {
	case model.Vector:
		for _, sample := range result {
			if !math.IsNaN(float64(sample.Value)) {
				return true
			}
		}
	case model.Matrix:
		for _, series := range result {
			for _, sample := range series.Values {
				if !math.IsNaN(float64(sample.Value)) {
					return true
				}
			}
		}
	}
	return false
}
