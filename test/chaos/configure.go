package chaos

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/util/wait"
)

// configure writes the replica's files, each at once, as whoever edits them does.
func (r *replica) configure(s *settings) error {
	own, team := s.files()
	return errors.Join(os.MkdirAll(r.settings, 0o755), r.write("own.yaml", own), r.write("team.yaml", team))
}

func (r *replica) write(file, text string) error {
	hidden := filepath.Join(r.settings, "."+file)
	return errors.Join(os.WriteFile(hidden, []byte(text), 0o600), os.Rename(hidden, filepath.Join(r.settings, file)))
}

// newSettings returns random settings that there were not before.
func (w *world) newSettings(r *rand.Rand) settings {
	w.configured++
	return randomSettings(r, w.configured, !w.kind.namespaced)
}

// take is called before replicas can take in a change of what pods are judged by, while no
// pods change.
func (w *world) take(next standpoint) {
	time.Sleep(time.Second / 2) // so that the replicas have received what happened before
	w.truth.next = &next
	w.ledger.each(func(r *record) { r.moments = append(r.moments, w.truth.moment(r.pod, opens)) })
}

// taken is called when every replica has taken it in, while no pods change.
func (w *world) taken() {
	if w.truth.next == nil {
		return
	}
	w.truth.now, w.truth.next = *w.truth.next, nil
	w.ledger.each(func(r *record) { r.moments = append(r.moments, w.truth.moment(r.pod, closes)) })
}

// reconfigureUnseen changes the files while no podscore runs.
func (w *world) reconfigureUnseen(r *rand.Rand) error {
	w.truth.now.settings = w.newSettings(r)
	w.ledger.each(func(r *record) { r.moments = append(r.moments, w.truth.moment(r.pod, unseen)) })
	return w.each(func(r *replica) error { return r.configure(&w.truth.now.settings) })
}

// takeSettings is take with other settings.
func (w *world) takeSettings(s settings) *settings {
	w.take(standpoint{s, maps.Clone(w.truth.now.tiers)})
	return &w.truth.next.settings
}

// awaitSettings waits until these replicas have taken in settings.
func awaitSettings(ctx context.Context, s *settings, replicas ...*replica) error {
	marked := fmt.Sprintf("podscore_exemption_info{exemption=%q,", s.exemptions[len(s.exemptions)-1].name)
	for _, r := range replicas {
		if err := r.await(ctx, marked); err != nil {
			return err
		}
	}
	return nil
}

// await waits until a text is on a replica's page.
func (r *replica) await(ctx context.Context, text string) error {
	err := wait.PollUntilContextTimeout(ctx, 50*time.Millisecond, recovery, true, func(ctx context.Context) (bool, error) {
		now, err := r.scrape(ctx)
		return err == nil && strings.Contains(now.text, text), nil
	})
	if err != nil {
		return fmt.Errorf("a page has no %q: %w", text, err)
	}
	return nil
}

// hash returns the hash of the configuration that a replica has.
func (r *replica) hash(ctx context.Context) (float64, error) {
	now, err := r.scrape(ctx)
	if err != nil {
		return 0, err
	}
	got, err := parseSeries(now.text, []string{"podscore_config_hash"})
	return got["podscore_config_hash"], err
}

// awaitOther waits until a replica has another hash than before.
func (r *replica) awaitOther(ctx context.Context, before float64) error {
	return wait.PollUntilContextTimeout(ctx, 50*time.Millisecond, recovery, true, func(ctx context.Context) (bool, error) {
		now, err := r.hash(ctx)
		return err == nil && now != before, nil
	})
}

// compareSettings returns what a page says wrong of the configuration. Every replica says
// it, whether it reports or not.
func (w *world) compareSettings(replica int, page string) (wrong []string) {
	got, err := parseSeries(page, []string{"podscore_exemption_info", "podscore_exemption_expiry_timestamp_seconds", "podscore_config_last_reload_successful"})
	if err != nil {
		return []string{err.Error()}
	}
	want := series{"podscore_config_last_reload_successful": 1, fmt.Sprintf("podscore_exemption_info{exemption=%q,owner=\"\"}", systemNamespaces.name): 1}
	for _, e := range w.truth.now.exemptions {
		want[fmt.Sprintf("podscore_exemption_info{exemption=%q,owner=%q}", e.name, ownerOf(e.name))] = 1
		if !e.ends.IsZero() {
			want[fmt.Sprintf("podscore_exemption_expiry_timestamp_seconds{exemption=%q}", e.name)] = float64(e.ends.Unix())
		}
	}
	for _, difference := range compareGauges(got, want) {
		wrong = append(wrong, fmt.Sprintf("replica %d: %s", replica, difference))
	}
	return wrong
}
