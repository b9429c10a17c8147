package e2e

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	prometheusv1 "github.com/prometheus/client_golang/api/prometheus/v1"
	"github.com/prometheus/common/model"

	"github.com/podscore/podscore/test/harness"
)

// rulesAreHealthy waits until every rule was evaluated, and requires that none failed.
func (s *stack) rulesAreHealthy(t *testing.T) {
	t.Helper()
	s.eventually(t, func() error {
		rules, err := s.prometheus.API.Rules(t.Context(), nil)
		count := 0
		for _, group := range rules.Groups {
			for _, r := range group.Rules {
				count++
				switch rule := r.(type) {
				case prometheusv1.RecordingRule:
					err = errors.Join(err, health(rule.Name, rule.Health, rule.LastError))
				case prometheusv1.AlertingRule:
					err = errors.Join(err, health(rule.Name, rule.Health, rule.LastError))
				}
			}
		}
		if count == 0 {
			return errors.Join(err, errors.New("Prometheus has no rules"))
		}
		return err
	})
}

func health(name string, health prometheusv1.RuleHealth, lastError string) error {
	if health == prometheusv1.RuleHealthGood {
		return nil
	}
	return fmt.Errorf("the rule %s is %s: %s", name, health, lastError)
}

// hears waits until the webhook's last word on the alert with the labels is status.
func (s *stack) hears(t *testing.T, labels map[string]string, status string) notice {
	t.Helper()
	var last notice
	s.eventually(t, func() error {
		if last = s.webhook.last(labels); last.Status != status {
			return fmt.Errorf("the webhook heard last of the alert %v that it is %q, want %q", labels, last.Status, status)
		}
		return nil
	})
	return last
}

// expect waits until a query has one result, the value.
func (s *stack) expect(t *testing.T, query string, want float64) {
	t.Helper()
	s.eventually(t, func() error {
		got, err := s.query(t.Context(), query)
		if err == nil && got != want {
			err = fmt.Errorf("%s is %v, want %v", query, got, want)
		}
		return err
	})
}

// expectObserved waits until Prometheus has that many newly observed pods of the
// namespace, of all replicas and all their terms: a replica that leads again
// counts from 0 on. It is what increase() adds up, which would also extrapolate.
func (s *stack) expectObserved(t *testing.T, want float64) {
	t.Helper()
	const query = `podscore_pods_observed_total{namespace="shop"}[1h]`
	s.eventually(t, func() error {
		result, _, _, err := s.prometheus.API.Query(t.Context(), query, time.Now())
		if err != nil {
			return fmt.Errorf("%s: %w", query, err)
		}
		series, _ := result.(model.Matrix)
		got := 0.0
		for _, one := range series {
			got += increase(one.Values)
		}
		if got != want {
			return fmt.Errorf("%s goes up by %v, want %v: %v", query, got, want, series)
		}
		return nil
	})
}

// increase returns by how much a counter went up, resets included.
func increase(samples []model.SamplePair) (sum float64) {
	for i := 1; i < len(samples); i++ {
		before, now := float64(samples[i-1].Value), float64(samples[i].Value)
		if now < before { // a reset
			before = 0
		}
		sum += now - before
	}
	return sum
}

// value returns the one result of a query.
func (s *stack) value(t *testing.T, query string) float64 {
	t.Helper()
	value, err := s.query(t.Context(), query)
	if err != nil {
		t.Fatal(err)
	}
	return value
}

func (s *stack) query(ctx context.Context, query string) (float64, error) {
	result, _, _, err := s.prometheus.API.Query(ctx, query, time.Now())
	if err != nil {
		return 0, fmt.Errorf("%s: %w", query, err)
	}
	vector, _ := result.(model.Vector)
	if len(vector) != 1 {
		return 0, fmt.Errorf("%s has %d results, want 1: %v", query, len(vector), vector)
	}
	return float64(vector[0].Value), nil
}

// afterScrapes waits until each replica was scraped that many times more, and a
// rule was evaluated on the last.
func (s *stack) afterScrapes(t *testing.T, count int) {
	t.Helper()
	since := time.Now()
	s.eventually(t, func() error {
		query := fmt.Sprintf("min(count_over_time(podscore_synced[%dms]))", time.Since(since).Milliseconds()+1)
		scrapes, err := s.query(t.Context(), query)
		if err == nil && scrapes < float64(count+1) {
			err = fmt.Errorf("%v scrapes, waiting for %d", scrapes, count+1)
		}
		return err
	})
}

// eventually waits until check returns no error.
func (s *stack) eventually(t *testing.T, check func() error) {
	t.Helper()
	harness.Eventually(t, func() (string, bool) {
		err := check()
		return fmt.Sprint(err), err == nil
	})
}
