package main

import (
	"context"
	"slices"
	"sync/atomic"
	"time"

	"github.com/go-logr/logr"

	"github.com/podscore/podscore/configuration"
	"github.com/podscore/podscore/metrics"
	"github.com/podscore/podscore/policy"
	"github.com/podscore/podscore/posture"
)

// Ends of exemptions are looked for once a second, and the files every 5 seconds: the
// kubelet takes a minute to bring a changed ConfigMap.
const (
	endsInterval  = time.Second
	filesInterval = 5 * time.Second
)

// running is the configuration that podscore runs by: what the flags and the files say.
type running struct {
	flags  *flags
	loader *configuration.Loader
	log    logr.Logger
	logged configuration.Errors // that are wrong with the files, and were logged
	digest string               // of the set and the flags that count, as it is noted on the Lease
	hash   uint64               // the digest's beginning
	status atomic.Pointer[metrics.Configuration]
}

// newRunning reads the files. The error is [configuration.Errors], all that is wrong with
// them, if one is bad that may have the Configuration.
func newRunning(flags *flags, log logr.Logger) (*running, error) {
	loader, err := configuration.Load(time.Now(), flags.readOptions(), flags.configuring.paths...)
	if err != nil {
		return nil, err
	}
	r := &running{flags: flags, loader: loader, log: log}
	r.identify()
	r.logOverrides()
	r.report()
	return r, nil
}

// policy returns the policy that the flags and the files say, before any of its exemptions
// has ended.
func (r *running) policy() (policy.Policy, error) {
	preset := ""
	if r.flags.scoring.given("preset") {
		preset = r.flags.scoring.preset
	}
	return r.loader.Set().Policy(preset, r.flags.scoring.exemptions...)
}

// limits returns how many series there are at most. A flag that is given wins over the files.
func (r *running) limits() (limits posture.Limits) {
	limits = posture.Limits{WorkloadSeries: r.flags.scoring.workloadSeriesLimit, ExemptionSeries: exemptionSeriesLimit}
	set := r.loader.Set().Limits()
	if set.WorkloadSeries != nil && !r.flags.scoring.given("workload-series-limit") {
		limits.WorkloadSeries = *set.WorkloadSeries
	}
	if set.ExemptionSeries != nil {
		limits.ExemptionSeries = *set.ExemptionSeries
	}
	return limits
}

// exemptionSeriesLimit is the limit on podscore_exemption_pods where the files give none.
const exemptionSeriesLimit = 1000

// identify takes down which set runs. It is not for every look at the files: a set may have
// some megabytes.
func (r *running) identify() {
	set, counting := r.loader.Set(), r.flags.counting()
	r.digest, r.hash = set.Digest(counting), set.Hash(counting)
}

// logOverrides logs which fields of the files have no effect, because a flag is given.
func (r *running) logOverrides() {
	set := r.loader.Set()
	if set.Preset() != "" && r.flags.scoring.given("preset") {
		r.log.Info("The flag --preset wins over the configuration", "preset", r.flags.scoring.preset, "configured", set.Preset())
	}
	if limit := set.Limits().WorkloadSeries; limit != nil && r.flags.scoring.given("workload-series-limit") {
		r.log.Info("The flag --workload-series-limit wins over the configuration", "limit", r.flags.scoring.workloadSeriesLimit, "configured", *limit)
	}
}

// report logs what is wrong with the files, once, and sets what the metrics tell.
func (r *running) report() {
	status := r.loader.Status()
	if !slices.Equal(status.Errors, r.logged) {
		for _, wrong := range status.Errors {
			r.log.Error(nil, "A configuration file is not valid: what it said before holds, or all but an exemption whose name is taken", "place", wrong.String(), "mistake", wrong.Message)
		}
		if len(status.Errors) == 0 && r.logged != nil {
			r.log.Info("All configuration files are valid again")
		}
		r.logged = status.Errors
	}
	r.status.Store(&metrics.Configuration{
		Hash: r.hash, Files: r.flags.configuring.files(), Successful: status.Successful, LastSuccess: status.LastSuccess,
	})
}

// keep keeps the store up to date with the files, and with the ends of exemptions, until
// ctx is done.
func (r *running) keep(ctx context.Context, store *posture.Store) error {
	ticker := time.NewTicker(endsInterval)
	defer ticker.Stop()
	for looked := time.Now(); ; {
		select {
		case <-ctx.Done():
			return nil
		case now := <-ticker.C:
			store.Advance()
			if now.Sub(looked) >= filesInterval {
				r.poll(now, store)
				looked = now
			}
		}
	}
}

// poll takes in what has changed in the files.
func (r *running) poll(now time.Time, store *posture.Store) {
	if r.loader.Poll(now) {
		r.identify()
		to, err := r.policy()
		if err != nil { // the loader lets no unknown preset pass
			r.log.Error(err, "The configuration cannot be applied")
			return
		}
		store.SetPolicy(to, r.digest, r.limits())
		r.log.Info("Took in a changed configuration", "hash", r.hash, "exemptions", len(r.loader.Set().Exemptions()))
	}
	r.report()
}
