package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"k8s.io/cli-runtime/pkg/genericiooptions"

	"github.com/podscore/podscore/terminal/cluster"
	"github.com/podscore/podscore/terminal/explanations"
	"github.com/podscore/podscore/terminal/verdicts"
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
		Example:           explainExample,
		Args:              cobra.MaximumNArgs(2),
		ValidArgsFunction: cobra.NoFileCompletions,
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
