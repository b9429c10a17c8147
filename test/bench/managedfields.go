package main

import (
	"fmt"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// managedFields is who wrote which field, as the API server notes it: the
// controller manager created the pod and the kubelet reports its status. These
// notes are a good third of a real pod.
func (id identity) managedFields(created time.Time) []metav1.ManagedFieldsEntry {
	entry := func(manager, subresource string, at time.Time, fields string) metav1.ManagedFieldsEntry {
		return metav1.ManagedFieldsEntry{
			Manager: manager, Operation: metav1.ManagedFieldsOperationUpdate, APIVersion: "v1", Subresource: subresource,
			Time: new(metav1.NewTime(at.Truncate(time.Second))), FieldsType: "FieldsV1", FieldsV1: metav1.NewFieldsV1(fields),
		}
	}
	return []metav1.ManagedFieldsEntry{
		entry("kube-controller-manager", "", created, fmt.Sprintf(templateFields, id.uid("replica set"))),
		entry("kubelet", "status", created.Add(9*time.Second), statusFields),
	}
}

// The fields of the pods that newPod makes.
var (
	templateFields = "{" + join(
		within("metadata",
			within("annotations", owned, fields("checksum/config", "kubectl.kubernetes.io/restartedAt", "prometheus.io/port", "prometheus.io/scrape")),
			fields("generateName"),
			within("labels", owned, fields("app.kubernetes.io/component", "app.kubernetes.io/instance", "app.kubernetes.io/managed-by",
				"app.kubernetes.io/name", "app.kubernetes.io/version", "example.com/team", "pod-template-hash")),
			within("ownerReferences", owned, item("uid", "%s")),
		),
		within("spec",
			within("containers",
				item("name", "app", owned, fields("args"), variables("DATABASE_HOST", "DATABASE_PASSWORD", "LOG_LEVEL", "OTEL_SERVICE_NAME", "POD_NAME", "POD_NAMESPACE", "REGION"),
					fields("image", "imagePullPolicy", "livenessProbe", "name", "ports", "readinessProbe", "resources", "securityContext", "startupProbe", "terminationMessagePath", "terminationMessagePolicy", "volumeMounts")),
				item("name", "proxy", owned, fields("args"), variables("POD_IP", "PROXY_WORKLOAD"),
					fields("image", "imagePullPolicy", "name", "ports", "readinessProbe", "resources", "securityContext", "terminationMessagePath", "terminationMessagePolicy", "volumeMounts")),
			),
			fields("dnsPolicy", "enableServiceLinks", "restartPolicy", "schedulerName", "securityContext", "serviceAccount", "serviceAccountName", "terminationGracePeriodSeconds"),
			within("volumes", owned, item("name", "config", owned, fields("configMap", "name")), item("name", "tmp", owned, fields("emptyDir", "name"))),
		),
	) + "}"
	statusFields = "{" + within("status",
		within("conditions", condition("ContainersReady"), condition("Initialized"), condition("PodReadyToStartContainers"), condition("Ready")),
		fields("containerStatuses", "hostIP", "hostIPs", "observedGeneration", "phase"),
		within("podIP"), within("podIPs", owned, item("ip", "10.128.0.1", owned, fields("ip"))), fields("startTime"),
	) + "}"
)

// owned says that the manager owns the thing itself, beside what is in it.
const owned = `".":{}`

func join(parts ...string) string { return strings.Join(parts, ",") }

func within(field string, parts ...string) string {
	return fmt.Sprintf(`"f:%s":{%s}`, field, join(parts...))
}

func item(key, value string, parts ...string) string {
	return fmt.Sprintf(`"k:{\"%s\":\"%s\"}":{%s}`, key, value, join(parts...))
}

func fields(names ...string) string {
	parts := make([]string, len(names))
	for i, name := range names {
		parts[i] = within(name)
	}
	return join(parts...)
}

func variables(names ...string) string {
	parts := []string{owned}
	for _, name := range names {
		parts = append(parts, item("name", name, owned, fields("name", "value")))
	}
	return within("env", parts...)
}

func condition(kind string) string {
	return item("type", kind, owned, fields("lastProbeTime", "lastTransitionTime", "status", "type"))
}
