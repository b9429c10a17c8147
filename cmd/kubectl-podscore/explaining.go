package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/podscore/podscore/configuration"
	"github.com/podscore/podscore/terminal/cluster"
	"github.com/podscore/podscore/terminal/explanations"
	"github.com/podscore/podscore/terminal/manifests"
	"github.com/podscore/podscore/terminal/reports"
	"github.com/podscore/podscore/terminal/verdicts"
	"github.com/podscore/podscore/workload"
)

// explaining is an explanation under way.
type explaining struct {
	*explainOptions
	judge      *verdicts.Judge
	told       explanations.Explanation
	finished   int // pods
	incomplete bool
}

// read explains what stands in files.
func (x *explaining) read() {
	r := manifests.Reader{Namespace: x.cluster.overrides.Context.Namespace, Stdin: x.In}
	for d := range r.Read(x.files...) {
		x.fail(d.Errors)
		for _, o := range d.Objects {
			if x.name == "" || strings.EqualFold(o.Kind, x.kind) && o.Name == x.name {
				x.object(o)
			}
		}
	}
	if x.told.Empty() && !x.incomplete {
		x.fail([]configuration.Error{{Message: "nothing of that name and kind makes pods in these files"}})
	}
}

// ask explains what runs in a cluster.
func (x *explaining) ask(ctx context.Context, set *configuration.Set, now time.Time) error {
	namespace, err := x.cluster.namespace()
	if err != nil {
		return err
	}
	client, err := x.cluster.connect()
	if err != nil {
		return err
	}
	if err := learnLabels(ctx, client, namespace, x.judge, set, now); err != nil {
		x.fail([]configuration.Error{{Message: err.Error()}})
	}
	if x.kind == "Pod" {
		pod, err := client.Pod(ctx, namespace, x.name)
		if err != nil {
			return err
		}
		x.object(pod)
	} else {
		x.pods(ctx, client, namespace)
	}
	if x.templates && x.kind != "Pod" {
		template, err := client.Template(ctx, namespace, x.kind, x.name)
		switch {
		case err != nil:
			return err
		case template != nil:
			x.object(template)
		}
	}
	return x.nothing(namespace)
}

// pods explains the pods of the workload.
func (x *explaining) pods(ctx context.Context, client *cluster.Client, namespace string) {
	r := cluster.Reader{Client: client, Scope: cluster.Scope{Namespace: namespace}, Progress: progress(x.ErrOut)}
	for d := range r.Read(ctx) {
		x.fail(d.Errors)
		for _, o := range d.Objects {
			if w := workload.Of(o.Pod); strings.EqualFold(w.Kind, x.kind) && w.Name == x.name {
				x.object(o)
			}
		}
	}
}

// nothing returns an error that names the way out if there was nothing to explain.
func (x *explaining) nothing(namespace string) error {
	switch {
	case !x.told.Empty() || x.incomplete:
		return nil
	case x.kind == "Pod":
		return fmt.Errorf("the pod %s/%s has finished: nothing of it runs, and it is not scored", namespace, x.name)
	case x.templates:
		return fmt.Errorf("no pod of %s/%s runs in the namespace %s, and it makes none of its own", x.kind, x.name, namespace)
	case x.finished > 0:
		return fmt.Errorf("the %d pods of %s/%s in the namespace %s have finished, and are not scored: --templates explains its template, and -f a manifest", x.finished, x.kind, x.name, namespace)
	}
	return fmt.Errorf("no pod of %s/%s runs in the namespace %s: --templates explains its template, and -f a manifest", x.kind, x.name, namespace)
}

func (x *explaining) object(o *manifests.Object) {
	v, scored := x.judge.Object(o)
	if !scored {
		x.finished++
		return
	}
	x.told.Add(o, &v)
}

func (x *explaining) fail(errs []configuration.Error) {
	for _, err := range errs {
		fmt.Fprintf(x.ErrOut, "podscore: %s\n", reports.Plain(err.Error()))
		x.incomplete = true
	}
}
