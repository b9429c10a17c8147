package main

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/go-logr/logr"
	"github.com/spf13/pflag"
	"k8s.io/apimachinery/pkg/api/validation"
	"k8s.io/apimachinery/pkg/util/uuid"
	coordinationv1client "k8s.io/client-go/kubernetes/typed/coordination/v1"
	"k8s.io/client-go/rest"

	"github.com/podscore/podscore/controllers"
	"github.com/podscore/podscore/posture"
)

// electing has the flags for the election among several replicas.
type electing struct {
	enabled                                   bool
	name, namespace                           string
	leaseDuration, renewDeadline, retryPeriod time.Duration
	set                                       *pflag.FlagSet
}

// AddFlags implements group. The names are those of Kubernetes' own programs.
func (e *electing) AddFlags(set *pflag.FlagSet) {
	e.set = set
	set.BoolVar(&e.enabled, "leader-elect", false, "take part in the election of the replica that reports; without it this one reports, and there must be no other")
	set.StringVar(&e.name, "leader-elect-resource-name", "podscore", "`name` of the Lease by which replicas elect one; of several shards each has its own, with the shard's number at the end")
	set.StringVar(&e.namespace, "leader-elect-resource-namespace", "", "`namespace` of that Lease; without it the one that podscore runs in")
	set.DurationVar(&e.leaseDuration, "leader-elect-lease-duration", 15*time.Second, "`duration` for which the other replicas wait for a leader that does not renew the Lease")
	set.DurationVar(&e.renewDeadline, "leader-elect-renew-deadline", 10*time.Second, "`duration` for which a leader that cannot renew the Lease continues to report; less than the Lease's duration")
	set.DurationVar(&e.retryPeriod, "leader-elect-retry-period", 500*time.Millisecond, "`duration` between two attempts of the other replicas, and at least between two changes of a leader's counters")
}

// Validate implements group.
func (e *electing) Validate() error {
	if !e.enabled {
		return e.unused()
	}
	if wrong := validation.NameIsDNSSubdomain(e.name, false); len(wrong) > 0 {
		return fmt.Errorf("--leader-elect-resource-name: %q is no Lease's name: %s", e.name, wrong[0])
	}
	if wrong := validation.ValidateNamespaceName(e.namespace, false); len(wrong) > 0 && e.namespace != "" {
		return fmt.Errorf("--leader-elect-resource-namespace: %q is no namespace's name: %s", e.namespace, wrong[0])
	}
	switch {
	case e.leaseDuration < time.Second:
		return fmt.Errorf("--leader-elect-lease-duration: %s is less than 1s", e.leaseDuration)
	case e.renewDeadline >= e.leaseDuration:
		return fmt.Errorf("--leader-elect-renew-deadline: %s is not less than --leader-elect-lease-duration=%s: two replicas could report at once", e.renewDeadline, e.leaseDuration)
	case e.retryPeriod <= 0 || e.renewDeadline < 2*e.retryPeriod:
		return fmt.Errorf("--leader-elect-retry-period: %s is not between 0 and half of --leader-elect-renew-deadline=%s", e.retryPeriod, e.renewDeadline)
	}
	return nil
}

// unused returns an error for a flag about an election that there is none of.
func (e *electing) unused() (err error) {
	e.set.Visit(func(f *pflag.Flag) {
		if strings.HasPrefix(f.Name, "leader-elect-") {
			err = fmt.Errorf("--%s: there is no election without --leader-elect: add it, or leave this flag out", f.Name)
		}
	})
	return err
}

// namespaceFile is the file in a pod that has the name of its namespace.
const namespaceFile = "/var/run/secrets/kubernetes.io/serviceaccount/namespace"

// newElection returns the election among the replicas of this shard. Its requests have
// their own connection.
func (f *flags) newElection(config *rest.Config, store *posture.Store, watches *posture.Watches, log logr.Logger) (*controllers.Election, error) {
	e := &f.electing
	namespace := e.namespace
	if namespace == "" {
		text, err := os.ReadFile(namespaceFile)
		if namespace = strings.TrimSpace(string(text)); err != nil || namespace == "" {
			return nil, errors.New("--leader-elect: podscore does not run in a pod: name the Lease's namespace with --leader-elect-resource-namespace")
		}
	}
	name := e.name
	if shard := f.sharding.shard; shard.Count > 1 {
		name = fmt.Sprintf("%s-%d", name, shard.Index)
	}
	host, err := os.Hostname()
	if err != nil {
		return nil, fmt.Errorf("--leader-elect: this host has no name to tell it from others: %w", err)
	}
	own := ownConnection(config, dial)
	own.Timeout = e.renewDeadline / 2 // leaves time for a second attempt after one without a response
	client, err := coordinationv1client.NewForConfig(own)
	if err != nil {
		return nil, err
	}
	election := &controllers.Election{
		Leases: client.Leases(namespace), Name: name, Identity: host + "_" + string(uuid.NewUUID()),
		LeaseDuration: e.leaseDuration, RenewDeadline: e.renewDeadline, RetryPeriod: e.retryPeriod,
		Deaf:  func() time.Duration { return watches.Outage(time.Now(), f.timing.watchStalledAfter) },
		Store: store, Log: log,
	}
	return election.Init(), nil
}
