package history

import (
	"hash/fnv"
	"maps"
	"math"
	"slices"
	"time"

	"github.com/prometheus/common/model"
)

// past is how every namespace came to stand as it does now.
type past map[model.LabelValue]*namespace

// namespace is the past of one.
type namespace struct {
	compliant, noncompliant, exempt float64 // pods now
	plan                            plan
	end                             time.Time
	since                           time.Time // of the violation that is the oldest, while oldest is asked
}

func pastOf(now model.Vector, end time.Time) past {
	p := past{}
	for _, sample := range now {
		if sample.Metric[model.MetricNameLabel] != "podscore_namespace_pods" {
			continue
		}
		name := sample.Metric["namespace"]
		if p[name] == nil {
			p[name] = &namespace{end: end}
		}
		switch sample.Metric["status"] {
		case "compliant":
			p[name].compliant = float64(sample.Value)
		case "noncompliant":
			p[name].noncompliant = float64(sample.Value)
		case "exempt":
			p[name].exempt = float64(sample.Value)
		}
	}
	planned := 0
	for _, name := range slices.Sorted(maps.Keys(p)) {
		if p[name].judged() > 0 {
			p[name].plan = plans[planned%len(plans)]
			planned++
		}
	}
	return p
}

// judged is how many pods have a verdict. It has always been the same.
func (n *namespace) judged() float64 { return n.compliant + n.noncompliant }

// pods is how many have the verdict.
func (n *namespace) pods(t time.Time, status string) float64 {
	noncompliant := clamp(math.Round(n.noncompliant+n.debt(t)*n.judged()), 0, n.judged())
	switch status {
	case "compliant":
		return n.judged() - noncompliant
	case "noncompliant":
		return noncompliant
	default:
		return n.exempt
	}
}

// debt is how much worse the namespace stood than now, as a share of its pods;
// below 0 it stood better.
func (n *namespace) debt(t time.Time) float64 {
	if n == nil || len(n.plan) == 0 {
		return 0
	}
	return n.plan.at(n.end.Sub(t).Hours() / 24)
}

// oldest is when the longest-standing violation of that time began.
func (n *namespace) oldest(t time.Time) float64 {
	switch {
	case n.pods(t, "noncompliant") == 0:
		n.since = time.Time{}
		return math.NaN()
	case n.since.IsZero():
		n.since = t
	}
	return float64(n.since.Unix())
}

// plan is a course of the debt: what it was so many days ago, from the present
// on. Between two days it changes evenly.
type plan []struct{ daysAgo, debt float64 }

// Some got better bit by bit, some at once; one has been getting worse of late;
// one had a setback a month ago that it has overcome, and one yesterday.
var plans = []plan{
	{{0, 0}, {8, 0}, {25, 0.25}, {60, 0.5}, {90, 0.75}},
	{{0, 0}, {5, 0}, {12, -0.6}, {90, -0.5}},
	{{0, 0}, {20, 0}, {21, 0.7}, {90, 1}},
	{{0, 0}, {0.35, 0}, {0.4, 0.2}, {0.7, 0.35}, {1.2, 0.1}, {27, 0.1}, {30, 0.5}, {34, 0.15}, {60, 0.4}, {90, 0.7}},
}

func (p plan) at(daysAgo float64) float64 {
	for i := 1; i < len(p); i++ {
		if a, b := p[i-1], p[i]; daysAgo < b.daysAgo {
			return a.debt + (b.debt-a.debt)*max(0, daysAgo-a.daysAgo)/(b.daysAgo-a.daysAgo)
		}
	}
	return p[len(p)-1].debt
}

// noise is a number from 0 to 1 that looks random, and is always the same.
func noise(t time.Time, seed float64) float64 {
	_, fraction := math.Modf(math.Abs(math.Sin(float64(t.Unix()/240)*12.9898+seed*78.233)) * 43758.5453)
	return fraction
}

// seedOf tells series apart: a number from 0 to 1.
func seedOf(metric model.Metric) float64 {
	return float64(hash(string(metric["namespace"]+metric["check"]+metric["to"]+metric["resource"]))%1000) / 1000
}

func hash(text string) uint64 {
	h := fnv.New64a()
	h.Write([]byte(text))
	return h.Sum64()
}
