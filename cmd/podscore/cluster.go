package main

import (
	"github.com/go-logr/logr"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/manager"

	"github.com/podscore/podscore/controllers"
	"github.com/podscore/podscore/posture"
)

// cluster returns the cluster that the flags say to watch. The watches have their own
// connection, which reads in batches.
func (f *flags) cluster(config *rest.Config, watches *posture.Watches, log logr.Logger) (*controllers.Cluster, error) {
	config = ownConnection(config, controllers.DialInBatches)
	config.Wrap(controllers.Transport)
	scheme, err := controllers.NewScheme()
	if err != nil {
		return nil, err
	}
	mapper, err := controllers.NewRESTMapper(nil, nil)
	if err != nil {
		return nil, err
	}
	watcher, err := client.NewWithWatch(config, client.Options{Scheme: scheme, Mapper: mapper})
	if err != nil {
		return nil, err
	}
	return &controllers.Cluster{
		Client: watcher, Watches: watches, Stalled: f.timing.watchStalledAfter,
		Shard: f.sharding.shard, Namespaces: f.scoring.namespaces, Log: log,
	}, nil
}

// watch adds to the manager what keeps the store up to date: the reflectors, and the
// election, which is nil if there is none.
func watch(mgr manager.Manager, cluster *controllers.Cluster, store *posture.Store, election *controllers.Election) error {
	reflectors := &controllers.Reflectors{Cluster: cluster, Store: store}
	if election != nil {
		reflectors.InitialNote = election.InitialNote
		if err := mgr.Add(election); err != nil {
			return err
		}
	}
	return reflectors.SetupWithManager(mgr)
}
