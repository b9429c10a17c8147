package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"k8s.io/cli-runtime/pkg/genericiooptions"

	"github.com/podscore/podscore/configuration"
	"github.com/podscore/podscore/terminal/cluster"
	"github.com/podscore/podscore/terminal/explanations"
	"github.com/podscore/podscore/terminal/manifests"
	"github.com/podscore/podscore/terminal/reports"
	"github.com/podscore/podscore/terminal/verdicts"
	"github.com/podscore/podscore/workload"
)

// explainOptions say what is explained.
type explainOptions struct {
	genericiooptions.IOStreams
	judging
	files      []string
	templates  bool
	kind, name string // of a workload or a pod; "" for all that stands in files
}

const explainExample = `  # Explain an alert on a workload
  kubectl podscore explain deployment/cart -n shop

  # Explain what one pod fails, by what the controller runs with
  kubectl podscore explain pod/cart-5d9c-x2x4z -n shop --config configmap/podscore/podscore-configuration

  # Explain what is to run: the template of a CronJob that is not due yet, or a manifest
  kubectl podscore explain cronjob/report -n shop --templates
  kubectl podscore explain -f cart.yaml`

// newCmdExplain returns the command explain.
func newCmdExplain(streams genericiooptions.IOStreams) *cobra.Command {
	o := &explainOptions{IOStreams: streams}
	command := &cobra.Command{
		Use:   "explain (KIND/NAME | -f FILE [KIND/NAME])",
		Short: "Say what the pods of a workload fail, and what to write",
		Long: "Say of each container of a workload's pods which checks it fails, what holds now and where it comes from, what to write at which path of the pod template, and what that may break.\n\n" +
			"KIND and NAME are a pod's, or those that podscore's series give the workload. Pods of which all is the same are told together, and those that were created last first. The exit status is 0 if it could be explained.",
		Example: explainExample,
		Args:    cobra.MaximumNArgs(2),
		RunE: func(command *cobra.Command, args []string) error {
			if err := o.take(args); err != nil {
				return err
			}
			return o.run(command.Context(), time.Now())
		},
	}
	flags := command.Flags()
	flags.SortFlags = false
	flags.StringSliceVarP(&o.files, "filename", "f", nil, "`path` of a file or a directory, or - for standard input; may be repeated")
	flags.BoolVar(&o.templates, "templates", false, "explain the workload's template too, also where nothing of it runs")
	o.addFlags(flags)
	o.cluster.addFlags(flags)
	flags.Lookup("namespace").Usage = "`namespace` of the workload (default: the context's; with -f \"default\" for objects that name none)"
	return command
}

// take takes KIND/NAME or KIND NAME.
func (o *explainOptions) take(args []string) error {
	kind, name, both := strings.Cut(strings.Join(args, "/"), "/")
	switch {
	case len(args) == 0 && len(o.files) > 0:
		return nil
	case len(args) == 0:
		return errors.New("name what to explain: KIND/NAME, as in deployment/cart, or -f with a file")
	case !both || kind == "" || name == "" || strings.Contains(name, "/"):
		return fmt.Errorf("%q is not KIND/NAME, as in deployment/cart", strings.Join(args, " "))
	case len(o.files) > 0 && o.templates:
		return errors.New("--templates is about a cluster, and -f is about files: give one of them")
	}
	o.kind, o.name = cluster.KindOf(kind), name
	return nil
}

func (o *explainOptions) run(ctx context.Context, now time.Time) error {
	by, set, err := o.policy(now)
	if err != nil {
		return err
	}
	x := &explaining{explainOptions: o, judge: verdicts.NewJudge(by), told: explanations.Explanation{Now: now}}
	if len(o.files) > 0 {
		x.read()
	} else if err := x.ask(ctx, set, now); err != nil {
		return err
	}
	if err := x.told.Write(o.Out); err != nil {
		return err
	}
	if len(o.files) > 0 {
		o.tell(o.ErrOut, set)
	} else {
		o.tellPreset(o.ErrOut)
	}
	if x.incomplete {
		return errTold
	}
	return nil
}

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
