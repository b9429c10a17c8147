package main

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"time"

	"github.com/spf13/pflag"

	"github.com/podscore/podscore/configuration"
	"github.com/podscore/podscore/policy"
	"github.com/podscore/podscore/terminal/cluster"
	"github.com/podscore/podscore/terminal/manifests"
	"github.com/podscore/podscore/terminal/verdicts"
)

// live says what of a cluster is judged.
type live struct {
	all       bool
	selector  string
	templates bool
}

func (l *live) addFlags(set *pflag.FlagSet) {
	set.BoolVarP(&l.all, "all-namespaces", "A", false, "judge the pods of all namespaces")
	set.StringVarP(&l.selector, "selector", "l", "", "`labels` of the pods that are judged, as in app=cart,tier!=test; of workloads too with --templates")
	set.BoolVar(&l.templates, "templates", false, "judge the templates of workloads too, such as of those that are scaled to zero or not due yet; one that is judged as the workload's pods is not told")
}

func (l *live) given() bool { return l.all || l.selector != "" || l.templates }

// pods returns what makes pods in the cluster, after the judge was told of the namespaces what
// exemptions ask.
func (s *scan) pods(ctx context.Context, set *configuration.Set, now time.Time) (iter.Seq[manifests.Document], error) {
	scope := cluster.Scope{Selector: s.live.selector}
	if !s.live.all {
		var err error
		if scope.Namespace, err = s.cluster.namespace(); err != nil {
			return nil, err
		}
	}
	client, err := s.cluster.connect()
	if err != nil {
		return nil, err
	}
	if err := learnLabels(ctx, client, scope.Namespace, s.judge, set, now); err != nil {
		fmt.Fprintf(s.ErrOut, "podscore: %v\n", err)
		s.summary.Errors++
	}
	r := &cluster.Reader{Client: client, Scope: scope, Templates: s.live.templates, Progress: progress(s.ErrOut)}
	return r.Read(ctx), nil
}

// learnLabels tells a judge the labels of a namespace, or of all for "", if an exemption that
// has not ended asks for any. An error says which exemptions hold nowhere for want of them.
func learnLabels(ctx context.Context, client *cluster.Client, namespace string, judge *verdicts.Judge, set *configuration.Set, now time.Time) error {
	ended := func(e configuration.Exemption) bool { return !e.Ends.IsZero() && !now.Before(e.Ends) }
	if !slices.ContainsFunc(set.Exemptions(), func(e configuration.Exemption) bool { return e.NamespaceSelector != nil && !ended(e) }) {
		return nil
	}
	labels, err := client.NamespaceLabels(ctx, namespace)
	if err != nil {
		return fmt.Errorf("%w; so the exemptions %q, which select namespaces by their labels, hold nowhere", err, byLabels(set))
	}
	for name, of := range labels {
		judge.Knows(name, of)
	}
	return nil
}

// told remembers by workload how its pods were judged, so that no template is told that is
// judged as they are.
type told map[string][]outcome

// outcome is what people ask of a verdict.
type outcome struct {
	status                        policy.Status
	failed, notApplicable, exempt uint32
}

// before reports whether a verdict on a template was told of a pod of its workload, or of
// another template of it.
func (t *told) before(v *verdicts.Verdict) bool {
	if *t == nil {
		*t = told{}
	}
	workload := v.Namespace + "/" + v.Workload.Kind + "/" + v.Workload.Name
	is := outcome{v.Status, uint32(v.Failed), uint32(v.NotApplicable), uint32(v.Exempt)}
	known := slices.Contains((*t)[workload], is)
	if !known {
		(*t)[workload] = append((*t)[workload], is)
	}
	return known && v.Kind != "Pod"
}
