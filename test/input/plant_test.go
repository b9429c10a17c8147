package input

import (
	"fmt"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/podscore/podscore/test/harness"
	"github.com/podscore/podscore/test/process"
)

// What the tests look for. Everything planted begins with the first, and says
// where it was; what checks and exemptions read may be kept, and must not be told either.
const (
	planted = "planted-secret-"
	read    = "read-by-checks-"
)

// secretPod has a secret in every place of a pod that takes a text and that
// podscore has no business with.
func secretPod(namespace, name string) *corev1.Pod {
	return &corev1.Pod{
		TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "Pod"},
		ObjectMeta: metav1.ObjectMeta{
			Namespace: namespace, Name: name,
			Labels:      map[string]string{"label": planted + "label", planted + "label-name": ""},
			Annotations: map[string]string{"note": planted + "annotation", "example.com/" + planted + "annotation-name": ""},
			Finalizers:  []string{"example.com/" + planted + "finalizer"},
			OwnerReferences: []metav1.OwnerReference{
				{APIVersion: "v1", Kind: "ConfigMap", Name: planted + "owner-not-controller", UID: types.UID(planted + "uid")},
			},
		},
		Spec: corev1.PodSpec{
			NodeName: planted + "node", ServiceAccountName: planted + "service-account", Hostname: planted + "hostname",
			NodeSelector:     map[string]string{"selector": planted + "selector"},
			ImagePullSecrets: []corev1.LocalObjectReference{{Name: planted + "pull-secret"}},
			Tolerations:      []corev1.Toleration{{Key: planted + "toleration", Operator: corev1.TolerationOpExists}},
			HostAliases:      []corev1.HostAlias{{IP: "127.0.0.2", Hostnames: []string{planted + "host-alias"}}},
			Volumes: []corev1.Volume{
				{Name: planted + "volume", VolumeSource: corev1.VolumeSource{HostPath: &corev1.HostPathVolumeSource{Path: "/" + planted + "path"}}},
				{Name: "config", VolumeSource: corev1.VolumeSource{Secret: &corev1.SecretVolumeSource{SecretName: planted + "secret-volume"}}},
			},
			SecurityContext: &corev1.PodSecurityContext{SELinuxOptions: &corev1.SELinuxOptions{Level: read + "selinux"}},
			InitContainers:  []corev1.Container{{Name: read + "init", Image: read + "init-image:" + planted + "init-tag"}},
			Containers: []corev1.Container{{
				Name: read + "container", Image: "example.com/" + read + "image:" + planted + "tag", WorkingDir: "/" + planted + "dir",
				Command: []string{planted + "command"}, Args: []string{"--password=" + planted + "argument"},
				Env: []corev1.EnvVar{
					{Name: "PASSWORD", Value: planted + "env-value"},
					{Name: planted + "env-name", Value: "x"},
					{Name: "FROM", ValueFrom: &corev1.EnvVarSource{SecretKeyRef: &corev1.SecretKeySelector{LocalObjectReference: corev1.LocalObjectReference{Name: planted + "ref"}, Key: planted + "key"}}},
				},
				Ports: []corev1.ContainerPort{{Name: "planted-port", ContainerPort: 80}},
				ReadinessProbe: &corev1.Probe{ProbeHandler: corev1.ProbeHandler{HTTPGet: &corev1.HTTPGetAction{
					Port: intstr.FromInt32(80), HTTPHeaders: []corev1.HTTPHeader{{Name: "Authorization", Value: planted + "header"}},
				}}},
				Lifecycle:       &corev1.Lifecycle{PreStop: &corev1.LifecycleHandler{Exec: &corev1.ExecAction{Command: []string{planted + "hook"}}}},
				SecurityContext: &corev1.SecurityContext{SELinuxOptions: &corev1.SELinuxOptions{User: read + "selinux-user"}},
			}},
		},
	}
}

// plant creates a namespace with secrets, and pods in it.
func plant(t *testing.T, cluster *harness.Cluster, namespace string, pods ...string) {
	t.Helper()
	ns := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{
		Name: namespace, Labels: map[string]string{"label": read + "namespace-label"},
		Annotations: map[string]string{"note": planted + "namespace-annotation"},
	}}
	by := metav1.CreateOptions{FieldManager: planted + "manager"}
	if _, err := cluster.Client.CoreV1().Namespaces().Create(t.Context(), ns, by); err != nil {
		t.Fatal(err)
	}
	for _, name := range pods {
		pod := secretPod(namespace, name)
		pod.Annotations[corev1.DeprecatedAppArmorBetaContainerAnnotationKeyPrefix+read+"container"] = "localhost/" + read + "apparmor"
		if _, err := cluster.Client.CoreV1().Pods(namespace).Create(t.Context(), pod, by); err != nil {
			t.Fatal(err)
		}
	}
}

// alter plants more into a pod while it lives: in its metadata, its status,
// and an ephemeral container.
func alter(t *testing.T, cluster *harness.Cluster, namespace, name string) {
	t.Helper()
	for _, step := range []struct{ patch, subresource string }{
		{`{"metadata":{"annotations":{"more":"` + planted + `later-annotation"}}}`, ""},
		{`{"status":{"message":"` + planted + `message","conditions":[{"type":"Ready","status":"False","message":"` + planted + `condition"}],
			"containerStatuses":[{"name":"app","image":"x","imageID":"` + planted + `image-id","state":{"waiting":{"message":"` + planted + `waiting"}}}]}}`, "status"},
		{`{"spec":{"ephemeralContainers":[{"name":"debugger","image":"` + read + `debugger","env":[{"name":"TOKEN","value":"` + planted + `debugger-env"}]}]}}`, "ephemeralcontainers"},
	} {
		var subresources []string
		if step.subresource != "" {
			subresources = []string{step.subresource}
		}
		if _, err := cluster.Client.CoreV1().Pods(namespace).Patch(t.Context(), name, types.StrategicMergePatchType, []byte(step.patch), metav1.PatchOptions{}, subresources...); err != nil {
			t.Fatal(err)
		}
	}
}

func patch(t *testing.T, cluster *harness.Cluster, name, patch string, subresources ...string) {
	t.Helper()
	if _, err := cluster.Client.CoreV1().Pods("later").Patch(t.Context(), name, types.MergePatchType, []byte(patch), metav1.PatchOptions{}, subresources...); err != nil {
		t.Fatal(err)
	}
}

// churn has ten pods and namespaces without secrets come, larger than those that
// have some: what podscore reads into, for as long as a connection lasts, is
// written over.
func churn(t *testing.T, cluster *harness.Cluster, p *process.Podscore, first int) {
	t.Helper()
	large := map[string]string{"large": strings.Repeat("x", 200<<10)}
	for i := first; i < first+10; i++ {
		name := fmt.Sprint("churn-", i)
		ns := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: name, Annotations: large}}
		if _, err := cluster.Client.CoreV1().Namespaces().Create(t.Context(), ns, metav1.CreateOptions{}); err != nil {
			t.Fatal(err)
		}
		pod := newPod(name, name, true)
		pod.UID, pod.Annotations = "", large
		if _, err := cluster.Client.CoreV1().Pods(name).Create(t.Context(), pod, metav1.CreateOptions{}); err != nil {
			t.Fatal(err)
		}
	}
	harness.AwaitPods(t, p, 2+first+10)
}
