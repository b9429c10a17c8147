package history

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	prometheusv1 "github.com/prometheus/client_golang/api/prometheus/v1"
	"github.com/prometheus/common/model"
	"k8s.io/apimachinery/pkg/util/wait"

	"github.com/podscore/podscore/test/monitoring"
	"github.com/podscore/podscore/test/process"
)

// Start is monitoring.Start, but Prometheus has a history of that length which
// leads to what it scrapes from podscore, and which the rules were evaluated on.
// It takes half a minute; say is told about every step.
func Start(ctx context.Context, dir, promtool string, length time.Duration, options monitoring.Options, say func(format string, values ...any)) (*process.Prometheus, error) {
	options.Flags = slices.Concat(options.Flags, Flags)
	now, err := scrapeOnce(ctx, filepath.Join(dir, "first"), options)
	if err != nil {
		return nil, err
	}
	data, span := filepath.Join(dir, "data"), Before(time.Now(), length)
	say("Making %.0f days of history that lead to the %d series of now", length.Hours()/24, len(now))
	if err := Blocks(ctx, promtool, data, now, span); err != nil {
		return nil, err
	}
	// Twice, as one of the rules asks for what another records, and Prometheus
	// sees new blocks only when it starts.
	for range 2 {
		if err := recordRules(ctx, dir, promtool, span, options); err != nil {
			return nil, err
		}
	}
	say("Starting Prometheus on it")
	return startAndScrape(ctx, dir, options)
}

// scrapeOnce returns the series of a Prometheus that has only just scraped podscore.
func scrapeOnce(ctx context.Context, dir string, options monitoring.Options) (model.Vector, error) {
	prometheus, err := startAndScrape(ctx, dir, options)
	if err != nil {
		return nil, err
	}
	now, err := Now(ctx, prometheus.API)
	return now, errors.Join(err, prometheus.Stop(), os.RemoveAll(dir))
}

func recordRules(ctx context.Context, dir, promtool string, span Span, options monitoring.Options) error {
	prometheus, err := monitoring.Start(ctx, dir, options)
	if err != nil {
		return err
	}
	return errors.Join(RuleBlocks(ctx, promtool, prometheus.URL, options.Rules, filepath.Join(dir, "data"), span), prometheus.Stop())
}

// startAndScrape starts Prometheus, and waits until it has scraped podscore and
// evaluated every rule on that.
func startAndScrape(ctx context.Context, dir string, options monitoring.Options) (*process.Prometheus, error) {
	prometheus, err := monitoring.Start(ctx, dir, options)
	if err != nil {
		return nil, err
	}
	started := time.Now()
	var scraped time.Time
	err = wait.PollUntilContextTimeout(ctx, 200*time.Millisecond, time.Minute, true, func(ctx context.Context) (bool, error) {
		if scraped.IsZero() {
			query := fmt.Sprintf("timestamp(podscore_synced) > %d", started.Unix())
			value, _, _, err := prometheus.API.Query(ctx, query, time.Now())
			if vector, _ := value.(model.Vector); len(vector) > 0 {
				scraped = time.Now()
			}
			return false, err
		}
		return areEvaluated(ctx, prometheus.API, scraped)
	})
	if err != nil {
		log, _ := os.ReadFile(prometheus.Log)
		return nil, errors.Join(fmt.Errorf("podscore is not scraped, or the rules are not evaluated, within a minute: %w; Prometheus says: %s", err, log), prometheus.Stop())
	}
	return prometheus, nil
}

// areEvaluated says whether every rule was evaluated after a time, but for those that are
// evaluated less than once a minute. No panel shows them.
func areEvaluated(ctx context.Context, prometheus prometheusv1.API, after time.Time) (bool, error) {
	rules, err := prometheus.Rules(ctx, nil)
	for _, group := range rules.Groups {
		if group.Interval > time.Minute.Seconds() {
			continue
		}
		for _, rule := range group.Rules {
			var evaluated time.Time
			switch r := rule.(type) {
			case prometheusv1.RecordingRule:
				evaluated = r.LastEvaluation
			case prometheusv1.AlertingRule:
				evaluated = r.LastEvaluation
			}
			if evaluated.Before(after) {
				return false, err
			}
		}
	}
	return len(rules.Groups) > 0, err
}
