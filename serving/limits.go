package serving

import "time"

// Limits on what clients can use. docs/reliability.md says how much memory that is.
const (
	maxConnections          = 100 // on each port
	maxConnectionsPerOrigin = 10  // above it, the connections of the origin are closed first
	maxScrapes              = 6   // at once; each takes the memory of a response until that is read
	maxScrapesPerOrigin     = 3
)

// The limits and timeouts of each port. On the port of /metrics, a TLS handshake is expensive
// and Prometheus connects seldom: an origin without an approved token that connects often
// is delayed for long, and its connections are closed first. On the port of the probes,
// the kubelet may share its address with anybody on the node, and waits for a second at
// the most: no connection is delayed for long, and none is closed before others.
var (
	metricsLimits = limits{total: maxConnections, perOrigin: maxConnectionsPerOrigin, burst: 4, every: 15 * time.Second, delay: time.Second, evictFirst: true}
	probesLimits  = limits{total: maxConnections, perOrigin: maxConnectionsPerOrigin, burst: 20, every: time.Second / 10, delay: time.Second / 20}
	otherLimits   = limits{total: maxConnections, perOrigin: maxConnectionsPerOrigin}

	scrapeTimeouts   = timeouts{headers: 5 * time.Second, request: 30 * time.Second, idle: 2 * time.Minute}
	probeTimeouts    = timeouts{headers: 2 * time.Second, request: 5 * time.Second}
	profilesTimeouts = timeouts{headers: 5 * time.Second, request: 5 * time.Minute, idle: 2 * time.Minute}
)

// The largest headers of a request, in bytes. A token of an identity provider may have some
// KB.
const (
	maxScrapeHeaders = 16 << 10
	maxProbeHeaders  = 4 << 10
)
