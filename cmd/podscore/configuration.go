package main

import (
	"context"
	"slices"
	"time"

	"github.com/go-logr/logr"

	"github.com/podscore/podscore/configuration"
	"github.com/podscore/podscore/metrics"
	"github.com/podscore/podscore/policy"
	"github.com/podscore/podscore/posture"
)

// The store is asked once a second whether an exemption has ended, and the files are
// looked at every 5 seconds: the kubelet takes a minute to bring a changed ConfigMap.
const (
	endsInterval  = time.Second
	filesInterval = 5 * time.Second
)

// running is the configuration that podscore runs by: what the flags and the files say.
type running struct {
	flags  *flags
	loader *configuration.Loader
	log    logr.Logger
	told   configuration.Errors // that were logged last
}
