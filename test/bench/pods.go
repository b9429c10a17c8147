package main

import (
	"fmt"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/intstr"
)

// newPod returns a pod as it stands in etcd some time after its creation: of a
// Deployment, scheduled, defaulted by the API server, and running.
func newPod(slot, generation int, created time.Time) *corev1.Pod {
	id := identify(slot, generation)
	pod := &corev1.Pod{
		TypeMeta:   metav1.TypeMeta{APIVersion: "v1", Kind: "Pod"},
		ObjectMeta: id.metadata(created),
		Spec:       id.spec(),
	}
	pod.Status = id.status(created.Add(9*time.Second), 0)
	id.secure(&pod.Spec)
	return pod
}

// restarted returns the pod after one more restart of its first container: an
// update by the kubelet, of the status alone.
func restarted(pod *corev1.Pod, slot, generation, times int, now time.Time) *corev1.Pod {
	updated := *pod
	updated.Status = identify(slot, generation).status(now, times)
	updated.Status.StartTime = pod.Status.StartTime
	return &updated
}

func (id identity) metadata(created time.Time) metav1.ObjectMeta {
	return metav1.ObjectMeta{
		Name:              id.name,
		GenerateName:      id.replicaSet + "-",
		Namespace:         id.namespace,
		UID:               types.UID(id.uid("pod")),
		Generation:        1,
		CreationTimestamp: at(created),
		Labels: map[string]string{
			"app.kubernetes.io/name":       id.system,
			"app.kubernetes.io/instance":   id.deployment,
			"app.kubernetes.io/component":  id.component,
			"app.kubernetes.io/managed-by": "Helm",
			"app.kubernetes.io/version":    id.version(),
			"example.com/team":             id.team,
			"pod-template-hash":            id.templateHash,
		},
		Annotations: map[string]string{
			"checksum/config":                   id.digest("config"),
			"kubectl.kubernetes.io/restartedAt": created.UTC().Format(time.RFC3339),
			"prometheus.io/scrape":              "true",
			"prometheus.io/port":                "9090",
		},
		OwnerReferences: []metav1.OwnerReference{{
			APIVersion: "apps/v1", Kind: "ReplicaSet", Name: id.replicaSet, UID: types.UID(id.uid("replica set")),
			Controller: new(true), BlockOwnerDeletion: new(true),
		}},
		ManagedFields: id.managedFields(created),
	}
}

func (id identity) version() string {
	return fmt.Sprintf("%d.%d.%d", id.workload%4, id.workload%23, id.generation)
}

func (id identity) spec() corev1.PodSpec {
	token := "kube-api-access-" + letters(random(id.slot, id.generation, "token"), 5)
	return corev1.PodSpec{
		Containers:                    []corev1.Container{id.application(token), id.proxy(token)},
		Volumes:                       id.volumes(token),
		RestartPolicy:                 corev1.RestartPolicyAlways,
		TerminationGracePeriodSeconds: new(int64(30)),
		DNSPolicy:                     corev1.DNSClusterFirst,
		ServiceAccountName:            id.deployment,
		DeprecatedServiceAccount:      id.deployment,
		NodeName:                      id.node(),
		SecurityContext:               &corev1.PodSecurityContext{}, // the API server's default
		SchedulerName:                 corev1.DefaultSchedulerName,
		Priority:                      new(int32(0)),
		EnableServiceLinks:            new(true),
		PreemptionPolicy:              new(corev1.PreemptLowerPriority),
		Tolerations: []corev1.Toleration{
			{Key: corev1.TaintNodeNotReady, Operator: corev1.TolerationOpExists, Effect: corev1.TaintEffectNoExecute, TolerationSeconds: new(int64(300))},
			{Key: corev1.TaintNodeUnreachable, Operator: corev1.TolerationOpExists, Effect: corev1.TaintEffectNoExecute, TolerationSeconds: new(int64(300))},
		},
	}
}

func (id identity) node() string {
	address := random(id.slot, id.generation, "node") % 3000
	return fmt.Sprintf("ip-10-0-%d-%d.%s.compute.internal", address>>8, address&0xff, regions[address%3])
}

func (id identity) application(token string) corev1.Container {
	return corev1.Container{
		Name:  "app",
		Image: id.image("app"),
		Args:  []string{"serve", "--config=/etc/app/config.yaml", "--listen=:8080"},
		Ports: []corev1.ContainerPort{
			{Name: "http", ContainerPort: 8080, Protocol: corev1.ProtocolTCP},
			{Name: "metrics", ContainerPort: 9090, Protocol: corev1.ProtocolTCP},
		},
		Env: []corev1.EnvVar{
			fieldVariable("POD_NAME", "metadata.name"),
			fieldVariable("POD_NAMESPACE", "metadata.namespace"),
			secretVariable("DATABASE_PASSWORD", id.deployment+"-database", "password"),
			{Name: "DATABASE_HOST", Value: fmt.Sprintf("%s-db.%s.svc.cluster.local", id.system, id.namespace)},
			{Name: "LOG_LEVEL", Value: "info"},
			{Name: "OTEL_SERVICE_NAME", Value: id.deployment},
			{Name: "REGION", Value: regions[id.workload%len(regions)]},
		},
		Resources:                resources("250m", "512Mi", "1Gi"),
		VolumeMounts:             append(mounts("config", "/etc/app", "tmp", "/tmp"), tokenMount(token)),
		StartupProbe:             probe("/healthz", 8080, 30),
		LivenessProbe:            probe("/healthz", 8080, 3),
		ReadinessProbe:           probe("/readyz", 8080, 3),
		TerminationMessagePath:   corev1.TerminationMessagePathDefault,
		TerminationMessagePolicy: corev1.TerminationMessageReadFile,
		ImagePullPolicy:          corev1.PullIfNotPresent,
	}
}

func (id identity) proxy(token string) corev1.Container {
	return corev1.Container{
		Name:  "proxy",
		Image: id.image("proxy"),
		Args:  []string{"proxy", "sidecar", "--domain", id.namespace + ".svc.cluster.local"},
		Ports: []corev1.ContainerPort{{Name: "http-proxy", ContainerPort: 15090, Protocol: corev1.ProtocolTCP}},
		Env: []corev1.EnvVar{
			fieldVariable("POD_IP", "status.podIP"),
			{Name: "PROXY_WORKLOAD", Value: id.deployment},
		},
		Resources:                resources("50m", "64Mi", "128Mi"),
		VolumeMounts:             append(mounts("tmp", "/tmp"), tokenMount(token)),
		ReadinessProbe:           probe("/ready", 15021, 4),
		TerminationMessagePath:   corev1.TerminationMessagePathDefault,
		TerminationMessagePolicy: corev1.TerminationMessageReadFile,
		ImagePullPolicy:          corev1.PullIfNotPresent,
	}
}

func (id identity) image(container string) string {
	if container == "proxy" {
		return "registry.example.com/mesh/proxy:1.27.3"
	}
	return fmt.Sprintf("registry.example.com/%s/%s-%s:%s", id.team, id.system, id.component, id.version())
}

func fieldVariable(name, path string) corev1.EnvVar {
	return corev1.EnvVar{Name: name, ValueFrom: &corev1.EnvVarSource{FieldRef: &corev1.ObjectFieldSelector{APIVersion: "v1", FieldPath: path}}}
}

func secretVariable(name, secret, key string) corev1.EnvVar {
	return corev1.EnvVar{Name: name, ValueFrom: &corev1.EnvVarSource{SecretKeyRef: &corev1.SecretKeySelector{
		LocalObjectReference: corev1.LocalObjectReference{Name: secret}, Key: key,
	}}}
}

func resources(cpu, memory, memoryLimit string) corev1.ResourceRequirements {
	return corev1.ResourceRequirements{
		Requests: corev1.ResourceList{corev1.ResourceCPU: resource.MustParse(cpu), corev1.ResourceMemory: resource.MustParse(memory)},
		Limits:   corev1.ResourceList{corev1.ResourceMemory: resource.MustParse(memoryLimit)},
	}
}

// mounts takes names of volumes, each with its path.
func mounts(namesAndPaths ...string) []corev1.VolumeMount {
	var mounts []corev1.VolumeMount
	for i := 0; i < len(namesAndPaths); i += 2 {
		mounts = append(mounts, corev1.VolumeMount{Name: namesAndPaths[i], MountPath: namesAndPaths[i+1]})
	}
	return mounts
}

func tokenMount(token string) corev1.VolumeMount {
	return corev1.VolumeMount{Name: token, ReadOnly: true, MountPath: "/var/run/secrets/kubernetes.io/serviceaccount"}
}

func probe(path string, port, failures int) *corev1.Probe {
	return &corev1.Probe{
		ProbeHandler:     corev1.ProbeHandler{HTTPGet: &corev1.HTTPGetAction{Path: path, Port: intstr.FromInt32(int32(port)), Scheme: corev1.URISchemeHTTP}},
		TimeoutSeconds:   1,
		PeriodSeconds:    10,
		SuccessThreshold: 1,
		FailureThreshold: int32(failures),
	}
}

func (id identity) volumes(token string) []corev1.Volume {
	return []corev1.Volume{
		{Name: "config", VolumeSource: corev1.VolumeSource{ConfigMap: &corev1.ConfigMapVolumeSource{
			LocalObjectReference: corev1.LocalObjectReference{Name: id.deployment + "-config"}, DefaultMode: new(int32(0o644)),
		}}},
		{Name: "tmp", VolumeSource: corev1.VolumeSource{EmptyDir: &corev1.EmptyDirVolumeSource{}}},
		{Name: token, VolumeSource: corev1.VolumeSource{Projected: &corev1.ProjectedVolumeSource{
			DefaultMode: new(int32(0o644)),
			Sources: []corev1.VolumeProjection{
				{ServiceAccountToken: &corev1.ServiceAccountTokenProjection{ExpirationSeconds: new(int64(3607)), Path: "token"}},
				{ConfigMap: &corev1.ConfigMapProjection{
					LocalObjectReference: corev1.LocalObjectReference{Name: "kube-root-ca.crt"},
					Items:                []corev1.KeyToPath{{Key: "ca.crt", Path: "ca.crt"}},
				}},
				{DownwardAPI: &corev1.DownwardAPIProjection{Items: []corev1.DownwardAPIVolumeFile{{
					Path: "namespace", FieldRef: &corev1.ObjectFieldSelector{APIVersion: "v1", FieldPath: "metadata.namespace"},
				}}}},
			},
		}}},
	}
}

// secure gives the pod the security context of its workload. A quarter of the
// workloads each scores 100, is what the Pod Security Standard restricted
// asks for, has a part of that, and has nothing. The restricted ones have a
// user for each namespace, as OpenShift assigns them, so that not all equal
// each other.
func (id identity) secure(spec *corev1.PodSpec) {
	app, proxy := &spec.Containers[0], &spec.Containers[1]
	switch id.workload % 4 {
	case 0:
		spec.SecurityContext = &corev1.PodSecurityContext{
			RunAsNonRoot: new(true), RunAsUser: new(int64(10001)), RunAsGroup: new(int64(10001)), FSGroup: new(int64(10001)),
			SeccompProfile: &corev1.SeccompProfile{Type: corev1.SeccompProfileTypeRuntimeDefault},
		}
		app.SecurityContext, proxy.SecurityContext = unprivileged(), unprivileged()
		app.SecurityContext.ReadOnlyRootFilesystem, proxy.SecurityContext.ReadOnlyRootFilesystem = new(true), new(true)
	case 1:
		user := 1_000_650_000 + 10_000*int64(id.slot/podsPerNamespace)
		spec.SecurityContext = &corev1.PodSecurityContext{
			RunAsNonRoot: new(true), RunAsUser: &user, FSGroup: &user,
			SELinuxOptions: &corev1.SELinuxOptions{Level: fmt.Sprintf("s0:c%d,c%d", 26+id.slot/podsPerNamespace%500, 25)},
			SeccompProfile: &corev1.SeccompProfile{Type: corev1.SeccompProfileTypeRuntimeDefault},
		}
		app.SecurityContext, proxy.SecurityContext = unprivileged(), unprivileged()
	case 2:
		spec.SecurityContext = &corev1.PodSecurityContext{RunAsNonRoot: new(true), FSGroup: new(int64(2000))}
		app.SecurityContext = &corev1.SecurityContext{AllowPrivilegeEscalation: new(false), RunAsUser: new(int64(1000))}
	}
}

func unprivileged() *corev1.SecurityContext {
	return &corev1.SecurityContext{
		AllowPrivilegeEscalation: new(false),
		Capabilities:             &corev1.Capabilities{Drop: []corev1.Capability{"ALL"}},
	}
}

// status is a running pod's, whose first container was restarted as often as
// told, the last time shortly before now.
func (id identity) status(now time.Time, restarts int) corev1.PodStatus {
	address := random(id.slot, id.generation, "address")
	podIP := fmt.Sprintf("10.%d.%d.%d", 128+address%64, address>>8&0xff, address>>16&0xff)
	hostIP := strings.ReplaceAll(strings.TrimPrefix(strings.SplitN(id.node(), ".", 2)[0], "ip-"), "-", ".")
	status := corev1.PodStatus{
		ObservedGeneration: 1,
		Phase:              corev1.PodRunning,
		HostIP:             hostIP,
		HostIPs:            []corev1.HostIP{{IP: hostIP}},
		PodIP:              podIP,
		PodIPs:             []corev1.PodIP{{IP: podIP}},
		StartTime:          new(at(now.Add(-8 * time.Second))),
		QOSClass:           corev1.PodQOSBurstable,
		ContainerStatuses:  []corev1.ContainerStatus{id.containerStatus("app", now, restarts), id.containerStatus("proxy", now, 0)},
	}
	for i, kind := range []corev1.PodConditionType{corev1.PodReadyToStartContainers, corev1.PodInitialized, corev1.PodReady, corev1.ContainersReady, corev1.PodScheduled} {
		status.Conditions = append(status.Conditions, corev1.PodCondition{
			Type: kind, ObservedGeneration: 1, Status: corev1.ConditionTrue, LastTransitionTime: at(now.Add(-time.Duration(i) * time.Second)),
		})
	}
	return status
}

func (id identity) containerStatus(name string, now time.Time, restarts int) corev1.ContainerStatus {
	status := corev1.ContainerStatus{
		Name:         name,
		State:        corev1.ContainerState{Running: &corev1.ContainerStateRunning{StartedAt: at(now)}},
		Ready:        true,
		Started:      new(true),
		RestartCount: int32(restarts),
		Image:        id.image(name),
		ImageID:      strings.Split(id.image(name), ":")[0] + "@sha256:" + id.digest(name+" image"),
		ContainerID:  "containerd://" + id.digest(fmt.Sprint(name, restarts)),
	}
	if restarts > 0 {
		status.LastTerminationState.Terminated = &corev1.ContainerStateTerminated{
			ExitCode: 1, Reason: "Error", FinishedAt: at(now),
			ContainerID: "containerd://" + id.digest(fmt.Sprint(name, restarts-1)),
		}
	}
	return status
}
