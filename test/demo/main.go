// Command demo shows podscore at work: on a real control plane, under the
// rights that ship, on workloads as clusters have them. It leaves nothing behind.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/wait"

	"github.com/podscore/podscore/test/controlplane"
	"github.com/podscore/podscore/test/monitoring"
	"github.com/podscore/podscore/test/process"
)

func main() {
	var o options
	flag.StringVar(&o.podscore, "podscore", ".bin/podscore", "the podscore `binary` to run")
	flag.StringVar(&o.prometheus, "prometheus", ".bin/prometheus", "the Prometheus `binary` to run")
	flag.StringVar(&o.page, "dashboards", "", "serve the dashboards too, drawn by the page that was built into this `folder`")
	flag.BoolVar(&o.once, "once", false, "end once the series are what they should be, instead of at Ctrl-C")
	flag.Parse()
	process.Main("demo", func(ctx context.Context) error { return run(ctx, o) })
}

// options are the flags.
type options struct {
	podscore, prometheus string // binaries
	page                 string // a folder; empty for no dashboards
	once                 bool
}

func run(ctx context.Context, o options) (err error) {
	d := &demo{started: time.Now()}
	defer func() {
		if ctx.Err() != nil && !o.once { // Ctrl-C is how it ends
			err = nil
		}
		err = errors.Join(err, d.stop())
	}()

	d.say("Starting a Kubernetes control plane on 127.0.0.1")
	dir, err := controlplane.TempDir()
	if err != nil {
		return err
	}
	if d.cluster, err = controlplane.Start(ctx, dir); err != nil {
		return err
	}
	if !d.cluster.Complete {
		return errors.New("the programs that KUBEBUILDER_ASSETS names are an API server without controllers, and the demo needs those: unset it, and make demo builds them")
	}
	d.say("Applying podscore's manifests and the sample workloads")
	if err := d.applyStart(ctx); err != nil {
		return err
	}
	d.say("Starting two replicas of podscore as the ServiceAccount podscore/podscore, with the rights that ship")
	if err := d.startPodscore(ctx, o.podscore); err != nil {
		return err
	}
	d.say("Starting Prometheus with the scrape configuration and the rules that ship")
	if err := d.startPrometheus(ctx, o.prometheus); err != nil {
		return err
	}
	before, err := d.await(ctx, atStart)
	if err != nil {
		return err
	}
	d.say("How the namespaces stand, from %s/metrics", d.reporting.MetricsURL)
	before.print(os.Stdout, nil)

	d.say("Deploying payments/promotion without a security context, and fixing data/database")
	if err := d.cluster.RunKubectl(ctx, "apply", "-k", "config/samples/change"); err != nil {
		return err
	}
	after, err := d.await(ctx, afterChange)
	if err != nil {
		return err
	}
	d.say("How they stand now; what changed is marked")
	after.print(os.Stdout, before)
	if err := d.accept(ctx, after); err != nil {
		return err
	}
	d.say("Waiting for Prometheus to record it")
	if err := d.awaitRecorded(ctx, "payments", afterChange["payments"]); err != nil {
		return err
	}
	dashboards := ""
	if o.page != "" {
		if dashboards, err = d.serveDashboards(o.page); err != nil {
			return err
		}
	}
	if o.once {
		d.say("Every series is what it should be, and recorded")
		return nil
	}
	d.explain(dashboards)
	select {
	case <-ctx.Done():
		fmt.Println()
		return nil
	case <-d.ended():
		return errors.New("no replica of podscore is left; their logs say why")
	}
}

// demo holds what runs.
type demo struct {
	started       time.Time
	cluster       *controlplane.ControlPlane
	configuration string // the directory that both replicas read
	replicas      []*process.Podscore
	reporting     *process.Podscore // that of the replicas which reports

	network    *monitoring.Network
	prometheus *process.Prometheus
	dashboards *http.Server
}

func (d *demo) say(format string, values ...any) {
	fmt.Printf("\n==> %s (%.0f s)\n", fmt.Sprintf(format, values...), time.Since(d.started).Seconds())
}

// stop ends what runs and removes its files.
func (d *demo) stop() error {
	d.say("Stopping")
	errs := []error{d.stopPrometheus()}
	for _, replica := range d.replicas {
		errs = append(errs, replica.Stop())
	}
	if d.cluster != nil {
		errs = append(errs, d.cluster.Stop())
	}
	return errors.Join(errs...)
}

// applyStart applies the manifests that ship and the samples, starts a run of
// the CronJob, and attaches a debugger to a pod, as an ephemeral container.
func (d *demo) applyStart(ctx context.Context) error {
	run := fmt.Sprintf("nightly-report-%d", time.Now().Unix()/60) // as the CronJob controller names it
	for _, args := range [][]string{
		{"apply", "-k", "config/default"},
		{"apply", "-k", "config/samples"},
		{"create", "job", "-n", "batch", run, "--from=cronjob/nightly-report"},
	} {
		if err := d.cluster.RunKubectl(ctx, args...); err != nil {
			return err
		}
	}
	pods := d.cluster.Client.CoreV1().Pods("sandbox")
	pod, err := pods.Get(ctx, "secure-pod", metav1.GetOptions{})
	if err != nil {
		return err
	}
	pod.Spec.EphemeralContainers = []corev1.EphemeralContainer{{
		EphemeralContainerCommon: corev1.EphemeralContainerCommon{Name: "debugger", Image: "busybox"},
	}}
	_, err = pods.UpdateEphemeralContainers(ctx, pod.Name, pod, metav1.UpdateOptions{})
	return err
}

// startPodscore starts podscore in place of each of its two pods. They serve in
// plain HTTP, so that whoever watches the demo can look at the series.
func (d *demo) startPodscore(ctx context.Context, binary string) error {
	kubeconfig, err := d.cluster.KubeconfigFor(ctx, "podscore", "podscore")
	if err != nil {
		return err
	}
	d.configuration = filepath.Join(d.cluster.Dir, "configuration")
	if err := os.Mkdir(d.configuration, 0o755); err != nil {
		return err
	}
	for i := range 2 {
		log := filepath.Join(d.cluster.Dir, fmt.Sprintf("podscore-%d.log", i))
		replica, err := process.StartPodscore(ctx, binary, kubeconfig, log, "--leader-elect", "--leader-elect-resource-namespace=podscore", "--config="+d.configuration)
		if err != nil {
			return err
		}
		d.replicas = append(d.replicas, replica)
	}
	return nil
}

// accept accepts what payments/promotion fails for a minute, by an exemption, and waits
// until that has ended. before is how the namespaces stand.
func (d *demo) accept(ctx context.Context, before standing) error {
	text := fmt.Sprintf(exemption, time.Now().Add(time.Minute).UTC().Format(time.RFC3339))
	d.say("Accepting what payments/promotion fails for one minute, by an exemption")
	fmt.Print("\n", text)
	if err := os.WriteFile(filepath.Join(d.configuration, "payments.yaml"), []byte(text), 0o644); err != nil {
		return err
	}
	exempted, err := d.await(ctx, whileExempt)
	if err != nil {
		return err
	}
	d.say("How they stand while it lasts")
	exempted.print(os.Stdout, before)
	d.say("Waiting for its end, which needs no event from the cluster")
	ended, err := d.await(ctx, afterChange)
	if err != nil {
		return err
	}
	d.say("How they stand after its end")
	ended.print(os.Stdout, exempted)
	return nil
}

// exemption excuses what payments/promotion fails until a time.
const exemption = `apiVersion: podscore.io/v1alpha1
kind: Exemptions
exemptions:
- name: promotion
  reason: The campaign starts before the image can run as another user.
  owner: payments
  expires: %s
  namespaces: [payments]
  workloads: [Deployment/promotion]
  checks: [run-as-non-root, capabilities-drop-all, allow-privilege-escalation, seccomp-profile, read-only-root-filesystem]
`

// ended is closed once no replica is left.
func (d *demo) ended() <-chan struct{} {
	all := make(chan struct{})
	go func() {
		for _, replica := range d.replicas {
			<-replica.Ended()
		}
		close(all)
	}()
	return all
}

// await waits until the series are as wanted. If they never are, its error
// says which differ.
func (d *demo) await(ctx context.Context, want map[string]row) (standing, error) {
	var now standing
	differs := errors.New("  no replica of podscore reports")
	err := wait.PollUntilContextTimeout(ctx, 100*time.Millisecond, 3*time.Minute, true, func(ctx context.Context) (bool, error) {
		for _, replica := range d.replicas {
			families, err := replica.Metrics(ctx)
			if err != nil {
				return false, err
			}
			each(families["podscore_reporting"], func(_ map[string]string, reports float64) {
				if reports == 1 {
					d.reporting, now = replica, read(families)
					differs = now.compare(want)
				}
			})
		}
		return differs == nil, nil
	})
	if wait.Interrupted(err) && ctx.Err() == nil {
		return nil, fmt.Errorf("after 3 minutes the series are still not what they should be:\n%w", differs)
	}
	return now, err
}

// explain says where everything is and what to try.
func (d *demo) explain(dashboards string) {
	if dashboards == "" {
		dashboards = "make demo DASHBOARDS=1 shows them in a browser"
	}
	fmt.Printf(`
  kubeconfig  %s
  metrics     %s/metrics, of the replica that reports
  readiness   %s/readyz?verbose
  log         %s
  Prometheus  %s
  dashboards  %s

Worth trying, in another terminal:

  curl -s %[2]s/metrics | grep -e namespace_pods -e workload_failing
  curl -s %[5]s/api/v1/query --data-urlencode 'query=sort(namespace:podscore_compliant:ratio)'
  curl -s %[5]s/api/v1/alerts        # in 5 minutes the first fire, in 15 those of every workload
  %[7]s -n legacy delete pod insecure-pod
  %[7]s -n shop scale deployment cart --replicas=10
  kill %[8]d                # ends the replica that reports: within two seconds the other one does

Ctrl-C stops everything.
`, d.cluster.Kubeconfig, d.reporting.MetricsURL, d.reporting.ProbesURL, d.reporting.Log, d.prometheus.URL, dashboards, d.cluster.Kubectl, d.reporting.PID())
}
