package ha

import (
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/podscore/podscore/test/harness"
)

// exemptedPods is how many pods are in the namespaces of these tests. None is compliant.
const exemptedPods = 5

// configured is two replicas, each with a configuration file of its own, and pods in their
// namespace.
type configured struct {
	*fleet
	files map[*replica]string
}

func newConfigured(t *testing.T, namespace string) *configured {
	t.Helper()
	cluster.Namespace(t, namespace)
	c := &configured{&fleet{t: t, namespace: namespace}, map[*replica]string{}}
	for i := range 2 {
		c.join(fmt.Sprint("replica-", i), "")
	}
	pods := &load{t: t, namespace: namespace}
	for i := range exemptedPods {
		pods.create(fmt.Sprint("pod-", i), false)
	}
	awaitObserved(t, c.leader(t.Context()), exemptedPods)
	return c
}

// join starts one replica more, with these exemptions, and waits until it is ready.
func (c *configured) join(name, exemptions string) *replica {
	c.t.Helper()
	file := filepath.Join(c.t.TempDir(), "exemptions.yaml")
	c.write(file, exemptions)
	r := c.start(name, false, "--config="+file)
	c.files[r] = file
	harness.Ready(c.t, r.Podscore, time.Minute)
	return r
}

// write writes a file at once.
func (c *configured) write(file, exemptions string) {
	c.t.Helper()
	text := "apiVersion: podscore.io/v1alpha1\nkind: Exemptions\nexemptions: [" + exemptions + "]\n"
	if exemptions == "" {
		text = "apiVersion: podscore.io/v1alpha1\nkind: Exemptions\n"
	}
	if err := os.WriteFile(file+".new", []byte(text), 0o600); err != nil {
		c.t.Fatal(err)
	}
	if err := os.Rename(file+".new", file); err != nil {
		c.t.Fatal(err)
	}
}

// exemption is one that takes the pods of the namespace out of everything, until it ends.
func (c *configured) exemption(expires string) string {
	return fmt.Sprintf("{name: all, reason: It is a test., namespaces: [%s], checks: [all], expires: %s}", c.namespace, expires)
}

// takeIn changes the files of replicas, and waits until they have taken them in.
func (c *configured) takeIn(exemptions string, by ...*replica) {
	c.t.Helper()
	for _, r := range by {
		before := r.last(false).hash
		c.write(c.files[r], exemptions)
		harness.Within(c.t, 30*time.Second, func() (string, bool) {
			return r.name + " has taken in nothing", r.last(false).hash != before
		})
	}
}

// standby returns a replica that runs and does not lead.
func (c *configured) standby(leader *replica) *replica {
	for _, r := range c.replicas {
		if r != leader {
			return r
		}
	}
	return nil
}

// expect requires that the replica that leads shows this many exempt pods, and that all
// replicas together have counted this many changes of verdicts, and do not count more.
func (c *configured) expect(exempt, changes int) {
	c.t.Helper()
	leader := c.leader(c.t.Context())
	wanted := fmt.Sprintf("compliant 0 exempt %d noncompliant %d ", exempt, exemptedPods-exempt)
	holds := func() (string, bool) {
		counted := 0
		for _, r := range c.replicas {
			counted += r.last(true).changes
		}
		pods := leader.last(true).pods
		return fmt.Sprintf("pods are %q, want %q; %d changes are counted, want %d", pods, wanted, counted, changes), pods == wanted && counted == changes
	}
	harness.Within(c.t, 30*time.Second, holds)
	time.Sleep(time.Second)
	if state, still := holds(); !still {
		c.t.Errorf("a second later: %s", state)
	}
	c.neverTwo()
}

// TestAnExemptionEndsAcrossAFailover: an exemption ends by the clock, before or after the
// leader does. The next leader has it too, and each pod's verdict is counted to change once,
// also after all replicas have started again.
func TestAnExemptionEndsAcrossAFailover(t *testing.T) {
	cluster.Needs(t)
	for name, c := range map[string]struct {
		how  syscall.Signal
		when time.Duration // after the exemption ends
	}{
		"killed-before": {syscall.SIGKILL, -2 * time.Second},
		"killed-after":  {syscall.SIGKILL, 3 * time.Second},
		"stopped-at-it": {syscall.SIGTERM, time.Second / 2},
	} {
		t.Run(name, func(t *testing.T) {
			f := newConfigured(t, "end-"+name)
			leader := f.leader(t.Context())
			ends := time.Now().Add(15 * time.Second).Truncate(time.Second)
			exemption := f.exemption(ends.UTC().Format(time.RFC3339))
			for _, r := range f.replicas {
				f.takeIn(exemption, r)
			}
			f.expect(exemptedPods, exemptedPods)
			if left := time.Until(ends); left < 2*time.Second {
				t.Fatalf("the exemption ends in %s, before the test has begun: the machine is too slow", left)
			}
			time.Sleep(time.Until(ends.Add(c.when)))
			signal(t, leader, c.how)
			leader.ExitStatus()
			next := f.successor(leader)
			time.Sleep(time.Until(ends.Add(2 * time.Second)))
			f.expect(0, 2*exemptedPods)

			f.join("again", exemption) // and all others end
			signal(t, next, syscall.SIGTERM)
			next.ExitStatus()
			f.successor(next)
			f.expect(0, 2*exemptedPods)
		})
	}
}

// TestReplicasTakeInAChangeApart: while one replica has a changed configuration and the
// other does not, their hashes differ. What it changes is counted once, whoever has it
// first, and when the leader ends in between.
func TestReplicasTakeInAChangeApart(t *testing.T) {
	cluster.Needs(t)
	for name, inTurn := range map[string]func(f *configured, leader, standby *replica, exemption string){
		"the-standby-first": func(f *configured, leader, standby *replica, exemption string) {
			f.takeIn(exemption, standby)
			f.differ(leader, standby)
			f.expect(0, 0)
			f.takeIn(exemption, leader)
		},
		"the-standby-alone": func(f *configured, leader, standby *replica, exemption string) {
			f.takeIn(exemption, standby)
			f.differ(leader, standby)
			f.stop(leader)
			f.expect(exemptedPods, exemptedPods)
			f.join("again", exemption)
			f.stop(standby)
		},
		"the-leader-alone": func(f *configured, leader, standby *replica, exemption string) {
			f.takeIn(exemption, leader)
			f.differ(leader, standby)
			f.expect(exemptedPods, exemptedPods)
			f.stop(leader)
			f.expect(0, exemptedPods) // by the next leader's files nothing is exempt
			f.takeIn(exemption, standby)
		},
	} {
		t.Run(name, func(t *testing.T) {
			f := newConfigured(t, "apart-"+name)
			leader := f.leader(t.Context())
			inTurn(f, leader, f.standby(leader), f.exemption("never"))
			f.expect(exemptedPods, exemptedPods)
		})
	}
}

// differ requires that the hashes of two replicas' configurations differ, for longer than
// it takes to look at the files once more.
func (c *configured) differ(a, b *replica) {
	c.t.Helper()
	time.Sleep(6 * time.Second)
	if a, b := a.last(false).hash, b.last(false).hash; a == b || a == "" {
		c.t.Errorf("the hashes are %s and %s, want two", a, b)
	}
}

// stop ends a leader, and waits until another leads.
func (c *configured) stop(leader *replica) {
	c.t.Helper()
	signal(c.t, leader, syscall.SIGTERM)
	leader.ExitStatus()
	c.successor(leader)
}
