package securitycontext

// Control is the number that one benchmark gives to what this package checks.
// Every benchmark that has the control leaves its audit to be done by hand.
type Control struct {
	// Benchmark names the benchmark and its editions.
	Benchmark string
	// Number is the control's number there.
	Number string
}

// Controls lists the benchmarks that have the control. The number changes
// between editions, so it stands here and in no name.
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
