package main

import (
	"github.com/go-logr/logr"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/manager"

	"github.com/podscore/podscore/controllers"
	"github.com/podscore/podscore/posture"
)

// cluster returns what is watched. Its connection reads in batches.
func (f *flags) cluster(config *rest.Config, watches *posture.Watches, log logr.Logger) (*controllers.Cluster, error) {
	config = connection(config, controllers.DialInBatches)
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

// watch keeps the store informed of pods and namespaces, and where there is an
// election, of who counts.
func watch(mgr manager.Manager, cluster *controllers.Cluster, store *posture.Store, leader *controllers.Election) error {
	reflectors := &controllers.Reflectors{Cluster: cluster, Store: store}
	if leader != nil {
		reflectors.Noted = leader.Noted
		if err := mgr.Add(leader); err != nil {
			return err
		}
	}
	return reflectors.SetupWithManager(mgr)
}
