package securitycontext

// Control is the number of the control in one benchmark. All of these benchmarks
// specify a manual audit for it.
type Control struct {
	// Benchmark names the benchmark and its editions.
	Benchmark string
	// Number is the control's number there.
	Number string
}

// Controls returns the benchmarks that have the control. Its number differs between
// editions, so no identifier contains it.
func Controls() []Control {
	return []Control{
		{"CIS Kubernetes v1.11-v1.12", "5.6.3"},
		{"CIS Kubernetes v1.5-v1.10", "5.7.3"},
		{"CIS GKE v1.0", "5.6.3"},
		{"CIS GKE after v1.0", "4.6.3"},
		{"CIS ACK v1.0", "5.6.3"},
		{"CIS AKS v1.0", "4.7.2"},
		{"CIS AKS after v1.0", "4.6.2"},
		{"CIS EKS v1.0-v1.2", "4.6.2"},
		{"CIS EKS v1.5", "4.5.2"},
		{"CIS OpenShift", "5.7.3"},
		{"CIS RKE", "5.7.3"},
		{"CIS RKE2", "5.7.3"},
		{"CIS K3s", "5.7.3"},
		{"CIS TKGI", "5.7.3"},
	}
}
