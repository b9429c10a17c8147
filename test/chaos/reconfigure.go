package chaos

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
)

// reconfigure changes the files of all replicas at once, while pods change.
func reconfigure(ctx context.Context, w *world, s *injection) error {
	next := w.takeSettings(w.newSettings(s.random))
	return s.meanwhile(ctx, func() error {
		return errors.Join(w.each(func(r *replica) error { return r.configure(next) }), awaitSettings(ctx, next, w.replicas...))
	})
}

// reconfigureInTurn changes the files of one replica, and then those of the other. In
// between pods change, and the two judge them differently.
func reconfigureInTurn(ctx context.Context, w *world, s *injection) error {
	leader, standby, err := w.leader(ctx)
	if err != nil {
		return err
	}
	first, second := leader, standby
	if s.random.IntN(2) == 0 {
		first, second = standby, leader
	}
	next := w.takeSettings(w.newSettings(s.random))
	if err := errors.Join(first.configure(next), awaitSettings(ctx, next, first), s.change(ctx), s.inspect(ctx), second.configure(next)); err != nil {
		return err
	}
	return errors.Join(awaitSettings(ctx, next, second), s.change(ctx))
}

// reconfigureAndKill changes the files of the leader, or of both replicas, and kills the
// leader at some time after it has taken them in. The other replica counts what was not
// counted, as soon as it has them too. It leads before the one that was killed starts again:
// a replica that starts with the new files has not seen what they changed, and if it leads
// next and counts a later change, this one is counted by nobody.
func reconfigureAndKill(ctx context.Context, w *world, s *injection) error {
	leader, standby, err := w.leader(ctx)
	if err != nil {
		return err
	}
	next := w.takeSettings(w.newSettings(s.random))
	both := s.random.IntN(2) == 0
	if err := leader.configure(next); err != nil {
		return err
	}
	if both {
		if err := standby.configure(next); err != nil {
			return err
		}
	}
	if err := awaitSettings(ctx, next, leader); err != nil {
		return err
	}
	time.Sleep(milliseconds(s.random, 1, 2500))
	if err := leader.killBetweenScrapes(); err != nil {
		return err
	}
	if err := errors.Join(s.change(ctx), standby.configure(next)); err != nil {
		return err
	}
	if err := errors.Join(standby.await(ctx, "\npodscore_reporting 1\n"), awaitSettings(ctx, next, standby)); err != nil {
		return err
	}
	return errors.Join(w.launch(ctx, leader), w.ready(ctx))
}

// killBetweenScrapes kills a replica when no page is being read, and what was read is noted
// on the Lease. What a leader shows just before it is killed and cannot note any more is
// counted twice, which nothing can rule out.
func (r *replica) killBetweenScrapes() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	time.Sleep(300 * time.Millisecond)
	return r.Kill()
}

// badFile makes a team's file bad. What it said before holds, and what changes in the other
// file is taken in. Then the file is right again.
func badFile(ctx context.Context, w *world, s *injection) error {
	bad := oneOf(s.random, "kind: [", "apiVersion: podscore.io/v1alpha1\nkind: Exemptions\nexemptions: [{name: x, everywhere: true, checks: [all]}]\n")
	if err := w.each(func(r *replica) error { return r.write("team.yaml", bad) }); err != nil {
		return err
	}
	for _, r := range w.replicas {
		if err := r.await(ctx, "\npodscore_config_last_reload_successful 0\n"); err != nil {
			return err
		}
	}
	if err := errors.Join(s.change(ctx), s.inspect(ctx)); err != nil {
		return err
	}
	next := w.truth.now.settings
	next.preset = map[string]string{"cis": "restricted", "restricted": "all", "all": "cis"}[next.preset]
	w.takeSettings(next)
	own, team := next.files()
	if err := w.each(func(r *replica) error {
		before, err := r.hash(ctx)
		return errors.Join(err, r.write("own.yaml", own), r.awaitOther(ctx, before))
	}); err != nil {
		return err
	}
	w.taken()
	return errors.Join(s.change(ctx), w.each(func(r *replica) error { return r.write("team.yaml", team) }))
}

// endExemption adds exemptions that end in some seconds, and lets them end while pods change.
func endExemption(ctx context.Context, w *world, s *injection) error {
	ends := time.Now().Add(20 * time.Second).Truncate(time.Second)
	with := w.newSettings(s.random)
	with.exemptions = append([]exemption{{name: "ending", namespaces: []string{prefix + "*"}, ends: ends}}, with.exemptions...)
	next := w.takeSettings(with)
	if err := errors.Join(w.each(func(r *replica) error { return r.configure(next) }), awaitSettings(ctx, next, w.replicas...)); err != nil {
		return err
	}
	if time.Now().After(ends.Add(-3 * time.Second)) {
		return fmt.Errorf("the replicas took in the settings only %s before an exemption of them ends", time.Until(ends))
	}
	w.taken()
	if err := s.change(ctx); err != nil {
		return err
	}
	after := settings{with.preset, with.excepted, slices.Clone(with.exemptions)}
	after.exemptions[0].ended = true
	w.takeSettings(after)
	time.Sleep(time.Until(ends.Add(-time.Second / 4)))
	return s.meanwhile(ctx, func() error {
		time.Sleep(time.Until(ends.Add(3 * time.Second)))
		return nil
	})
}

// relabel sets the label of a namespace that exemptions ask for, and then takes it away.
func relabel(ctx context.Context, w *world, s *injection) error {
	namespace := w.load.namespaces[1+s.random.IntN(len(w.load.namespaces)-1)] // not kube-system
	for i, tier := range []string{map[string]string{"": "legacy", "legacy": "old", "old": "legacy"}[w.truth.now.tiers[namespace]], ""} {
		next := standpoint{w.truth.now.settings, maps.Clone(w.truth.now.tiers)}
		next.tiers[namespace] = tier
		w.take(next)
		patch := fmt.Appendf(nil, `{"metadata":{"labels":{"tier":%q}}}`, tier)
		err := persist(ctx, func() error {
			_, err := w.client.CoreV1().Namespaces().Patch(ctx, namespace, types.MergePatchType, patch, metav1.PatchOptions{})
			return err
		})
		if slices.Contains(w.load.gone, namespace) { // then it has the label when it is created again
			err = ignore(err, apierrors.IsNotFound)
		}
		if err == nil {
			err = s.change(ctx)
		}
		if err == nil && i == 0 {
			err = w.check(ctx)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
