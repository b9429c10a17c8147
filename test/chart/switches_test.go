package chart

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// TestSwitches: what a value makes appear. The objects are those beyond, or with
// a minus those missing from, the defaults; a field reads Kind.path=value.
func TestSwitches(t *testing.T) {
	base := names(render(t, ""))
	for _, c := range []struct{ values, objects, field string }{
		{"replicas: 3", "", "Deployment.spec.replicas=3"},
		{"replicas: 1", "-PodDisruptionBudget/podscore", "Deployment.spec.strategy.rollingUpdate=map[maxSurge:1 maxUnavailable:0]"},
		{"{replicas: 1, leaderElection: {enabled: false}}", "-PodDisruptionBudget/podscore -Role/podscore-election -RoleBinding/podscore-election", "Deployment.spec.strategy=map[type:Recreate]"},
		{"leaderElection: {resourceName: one}", "", "Deployment.spec.template.spec.containers.0.args.2=--leader-elect-resource-name=one"},
		{"leaderElection: {resourceName: one}", "", "Role.rules.1.resourceNames=[one]"},
		{"shards: 2", "-Deployment/podscore StatefulSet/podscore", "Role.rules.1.resourceNames=[podscore-0 podscore-1]"},
		{"metrics: {secure: false}", "-ClusterRole/podscore-auth -ClusterRole/podscore-metrics-reader -ClusterRoleBinding/podscore-auth", "Deployment.spec.template.spec.containers.0.args.2=--metrics-secure=false"},
		{"metrics: {certificate: {secretName: tls}}", "", "Deployment.spec.template.spec.volumes.0.secret.secretName=tls"},
		{"metrics: {certificate: {secretName: tls}}", "", "Deployment.spec.template.spec.containers.0.volumeMounts.0.mountPath=/etc/podscore/certificate"},
		{"metrics: {certificate: {secretName: tls}}", "", "Deployment.spec.template.spec.containers.0.args.2=--metrics-cert-path=/etc/podscore/certificate"},
		{"metrics: {certificate: {certManager: {enabled: true, issuerRef: {name: a}}}}", "Certificate/podscore", "Certificate.spec.dnsNames=[podscore.podscore.svc]"},
		{"metrics: {certificate: {certManager: {enabled: true, issuerRef: {name: a}}}}", "Certificate/podscore", "Certificate.spec.secretName=podscore-tls"},
		{"metrics: {certificate: {certManager: {enabled: true, issuerRef: {name: a}}}}", "Certificate/podscore", "Deployment.spec.template.spec.volumes.0.secret.secretName=podscore-tls"},
		{"metrics: {certificate: {openShift: true}}", "", "Service.metadata.annotations=map[service.beta.openshift.io/serving-cert-secret-name:podscore-tls]"},
		{"metrics: {certificate: {openShift: true}}", "", "Deployment.spec.template.spec.volumes.0.secret.secretName=podscore-tls"},
		{"metrics: {certificate: {openShift: true, secretName: own}}", "", "Service.metadata.annotations=map[service.beta.openshift.io/serving-cert-secret-name:own]"},
		{"metrics: {tokenAudiences: [a, b]}", "", "Deployment.spec.template.spec.containers.0.args.2=--metrics-token-audiences=a,b"},
		{"rbac: {metricsReaders: [{namespace: a, name: b}]}", "ClusterRoleBinding/podscore-metrics-reader Role/podscore-discovery RoleBinding/podscore-discovery", ""},
		{"{metrics: {secure: false}, rbac: {metricsReaders: [{namespace: a, name: b}]}}", "-ClusterRole/podscore-auth -ClusterRole/podscore-metrics-reader -ClusterRoleBinding/podscore-auth Role/podscore-discovery RoleBinding/podscore-discovery", ""},
		{"shards: 2", "-Deployment/podscore StatefulSet/podscore", "StatefulSet.spec.replicas=2"},
		{"shards: 2", "-Deployment/podscore StatefulSet/podscore", "StatefulSet.spec.template.spec.containers.0.env.0.name=POD_NAME"},
		{"namespaces: [a]", "-ClusterRole/podscore -ClusterRoleBinding/podscore Role/podscore RoleBinding/podscore", "Role.metadata.namespace=a"},
		{"namespaces: [a]", "-ClusterRole/podscore -ClusterRoleBinding/podscore Role/podscore RoleBinding/podscore", "RoleBinding.subjects.0.namespace=podscore"},
		{"rbac: {create: false}", "-ClusterRole/podscore -ClusterRole/podscore-auth -ClusterRole/podscore-metrics-reader -ClusterRoleBinding/podscore -ClusterRoleBinding/podscore-auth -Role/podscore-election -RoleBinding/podscore-election", ""},
		{"serviceAccount: {create: false}", "-ServiceAccount/podscore", "Deployment.spec.template.spec.serviceAccountName=default"},
		{"serviceAccount: {create: false, name: reader}", "-ServiceAccount/podscore", "ClusterRoleBinding.subjects.0.name=reader"},
		{"serviceAccount: {name: reader}", "-ServiceAccount/podscore ServiceAccount/reader", "Deployment.spec.template.spec.serviceAccountName=reader"},
		{"serviceAccount: {automountServiceAccountToken: true}", "", "ServiceAccount.automountServiceAccountToken=true"},
		{"exemptNamespaces: []", "", "Deployment.spec.template.spec.containers.0.args.1=--exempt-namespaces="},
		{"exemptNamespaces: [a, 'openshift-*']", "", "Deployment.spec.template.spec.containers.0.args.1=--exempt-namespaces=a,openshift-*"},
		{"exemptNamespaces: ['']", "", "Deployment.spec.template.spec.containers.0.args.1=--exempt-namespaces="}, // which is --set exemptNamespaces={}
		{"extraArgs: [--pprof-bind-address=:6060]", "", "Deployment.spec.template.spec.containers.0.args.2=--pprof-bind-address=:6060"},
		{"image: {registry: r.example.com/, repository: a/b, tag: v2}", "", "Deployment.spec.template.spec.containers.0.image=r.example.com/a/b:v2"},
		{"image: {registry: r.example.com/team}", "", "Deployment.spec.template.spec.containers.0.image=r.example.com/team/podscore:v0.1.0"},
		{"image: {registry: localhost}", "", "Deployment.spec.template.spec.containers.0.image=localhost/podscore:v0.1.0"},
		{"image: {registry: '', repository: 'r:5000/podscore'}", "", "Deployment.spec.template.spec.containers.0.image=r:5000/podscore:v0.1.0"},
		{"hostUsers: false", "", "Deployment.spec.template.spec.hostUsers=false"},
		{"podScrapeAnnotations: true", "", `Deployment.spec.template.metadata.annotations=map[prometheus.io/path:/metrics prometheus.io/port:8080 prometheus.io/scheme:https prometheus.io/scrape:true]`},
		{"service: {scrapeAnnotations: true, port: 80}", "", `Service.metadata.annotations=map[prometheus.io/path:/metrics prometheus.io/port:80 prometheus.io/scheme:https prometheus.io/scrape:true]`},
		{"service: {clusterIP: None}", "", "Service.spec.clusterIP=None"},
		{"service: {enabled: false}", "-Service/podscore", ""},
		{"livenessProbe: {enabled: false}", "", "Deployment.spec.template.spec.containers.0.livenessProbe=<none>"},
		{"startupProbe: {enabled: true}", "", "Deployment.spec.template.spec.containers.0.startupProbe.httpGet.path=/healthz"},
		{"topologySpreadConstraints: [{topologyKey: zone}]", "", "Deployment.spec.template.spec.topologySpreadConstraints.0.labelSelector.matchLabels=map[app.kubernetes.io/instance:podscore app.kubernetes.io/name:podscore]"},
		{"topologySpreadConstraints: [{labelSelector: {matchLabels: {a: b}}}]", "", "Deployment.spec.template.spec.topologySpreadConstraints.0.labelSelector.matchLabels=map[a:b]"},
		{"commonLabels: {app.kubernetes.io/name: other, a: b}", "", "Service.metadata.labels=map[a:b app.kubernetes.io/instance:podscore app.kubernetes.io/managed-by:Helm app.kubernetes.io/name:podscore app.kubernetes.io/part-of:podscore app.kubernetes.io/version:v0.1.0 helm.sh/chart:podscore-0.1.0]"},
		{"serviceMonitor: {enabled: true}", "ServiceMonitor/podscore", "ServiceMonitor.spec.endpoints.0.honorLabels=true"},
		{"serviceMonitor: {enabled: true}", "ServiceMonitor/podscore", "ServiceMonitor.spec.endpoints.0.bearerTokenFile=/var/run/secrets/kubernetes.io/serviceaccount/token"},
		{"serviceMonitor: {enabled: true, authorization: {credentials: {name: a, key: token}}}", "ServiceMonitor/podscore", "ServiceMonitor.spec.endpoints.0.bearerTokenFile=<none>"},
		{"serviceMonitor: {enabled: true, tlsConfig: {serverName: a}}", "ServiceMonitor/podscore", "ServiceMonitor.spec.endpoints.0.tlsConfig=map[serverName:a]"},
		{"serviceMonitor: {enabled: true}", "ServiceMonitor/podscore", "ServiceMonitor.spec.endpoints.0.tlsConfig=map[insecureSkipVerify:true]"},
		{"{serviceMonitor: {enabled: true}, metrics: {certificate: {secretName: tls}}}", "ServiceMonitor/podscore", "ServiceMonitor.spec.endpoints.0.tlsConfig=map[ca:map[secret:map[key:ca.crt name:tls]] serverName:podscore.podscore.svc]"},
		{"{serviceMonitor: {enabled: true}, metrics: {certificate: {secretName: tls, caName: '', serverName: a.example.com}}}", "ServiceMonitor/podscore", "ServiceMonitor.spec.endpoints.0.tlsConfig=map[serverName:a.example.com]"},
		{"{serviceMonitor: {enabled: true}, metrics: {certificate: {certManager: {enabled: true, issuerRef: {name: a}}}}}", "Certificate/podscore ServiceMonitor/podscore", "ServiceMonitor.spec.endpoints.0.tlsConfig=map[ca:map[secret:map[key:ca.crt name:podscore-tls]] serverName:podscore.podscore.svc]"},
		{"{serviceMonitor: {enabled: true, namespace: other}, metrics: {certificate: {openShift: true}}}", "ServiceMonitor/podscore", "ServiceMonitor.spec.endpoints.0.tlsConfig=map[ca:map[configMap:map[key:service-ca.crt name:openshift-service-ca.crt]] serverName:podscore.podscore.svc]"},
		{"{serviceMonitor: {enabled: true}, metrics: {tokenAudiences: [a]}}", "ServiceMonitor/podscore", "ServiceMonitor.spec.endpoints.0.bearerTokenFile=/var/run/secrets/podscore/token"},
		{"serviceMonitor: {enabled: true, bearerTokenFile: /a/token}", "ServiceMonitor/podscore", "ServiceMonitor.spec.endpoints.0.bearerTokenFile=/a/token"},
		{"{podMonitor: {enabled: true, authorization: {credentials: {name: a, key: token}}}, metrics: {certificate: {secretName: tls}}}", "PodMonitor/podscore", "PodMonitor.spec.podMetricsEndpoints.0.tlsConfig=map[ca:map[secret:map[key:ca.crt name:tls]] serverName:podscore.podscore.svc]"},
		{"{serviceMonitor: {enabled: true}, metrics: {secure: false}}", "-ClusterRole/podscore-auth -ClusterRole/podscore-metrics-reader -ClusterRoleBinding/podscore-auth ServiceMonitor/podscore", "ServiceMonitor.spec.endpoints.0.scheme=<none>"},
		{"podMonitor: {enabled: true, namespace: other, authorization: {credentials: {name: a, key: token}}}", "PodMonitor/podscore", "PodMonitor.spec.namespaceSelector.matchNames.0=podscore"},
		{"podMonitor: {enabled: true, authorization: {credentials: {name: a, key: token}}}", "PodMonitor/podscore", "PodMonitor.spec.podMetricsEndpoints.0.honorLabels=true"},
		{"podMonitor: {enabled: true, authorization: {credentials: {name: a, key: token}}}", "PodMonitor/podscore", "PodMonitor.spec.podMetricsEndpoints.0.authorization.credentials.name=a"},
		{"prometheusRule: {enabled: true, namespace: other}", "PrometheusRule/podscore", "PrometheusRule.metadata.namespace=other"},
		{"rulesConfigMap: {enabled: true, labels: {rules: '1'}}", "ConfigMap/podscore-rules", "ConfigMap.metadata.labels.rules=1"},
		{"networkPolicy: {enabled: true}", "NetworkPolicy/podscore", "NetworkPolicy.spec.policyTypes=[Ingress Egress]"},
		{"networkPolicy: {enabled: true, egress: []}", "NetworkPolicy/podscore", "NetworkPolicy.spec.policyTypes=[Ingress]"},
		{"podDisruptionBudget: {enabled: false}", "-PodDisruptionBudget/podscore", ""},
		{"podDisruptionBudget: {enabled: true}", "", "PodDisruptionBudget.spec.maxUnavailable=1"},
		{"podDisruptionBudget: {enabled: true}", "", "PodDisruptionBudget.spec.unhealthyPodEvictionPolicy=AlwaysAllow"},
		{"podDisruptionBudget: {unhealthyPodEvictionPolicy: ''}", "", "PodDisruptionBudget.spec.unhealthyPodEvictionPolicy=<none>"},
		{"podDisruptionBudget: {minAvailable: 0}", "", "PodDisruptionBudget.spec.minAvailable=0"},
		{"podDisruptionBudget: {minAvailable: 50%}", "", "PodDisruptionBudget.spec.minAvailable=50%"},
		{"openshift: true", "", "Deployment.spec.template.spec.securityContext=map[runAsNonRoot:true seccompProfile:map[type:RuntimeDefault]]"},
		{"{openshift: true, securityContext: {runAsUser: 65532}}", "", "Deployment.spec.template.spec.containers.0.securityContext.runAsUser=<none>"},
		{"openshift: false", "", "Deployment.spec.template.spec.securityContext.runAsUser=65532"},
		{"podDisruptionBudget: {minAvailable: 0}", "", "PodDisruptionBudget.spec.maxUnavailable=<none>"},
	} {
		t.Run(c.values, func(t *testing.T) {
			objects := render(t, c.values)
			if is := changes(base, names(objects)); is != c.objects {
				t.Errorf("the objects change by %q, want %q", is, c.objects)
			}
			if path, want, given := strings.Cut(c.field, "="); given {
				kind, path, _ := strings.Cut(path, ".")
				if is := field(find(t, objects, kind), path); is != want {
					t.Errorf("%s.%s is %s, want %s", kind, path, is, want)
				}
			}
		})
	}
}

// TestNames: what the release's name and the values make of an object's name.
func TestNames(t *testing.T) {
	for _, c := range []struct{ release, values, want string }{
		{"podscore", "", "podscore"},
		{"east", "", "east-podscore"},
		{"my-podscore", "", "my-podscore"},
		{"east", "nameOverride: score", "east-score"},
		{"east", "fullnameOverride: score", "score"},
		{strings.Repeat("a", 50), "", strings.Repeat("a", 50) + "-p"},
	} {
		text, err := helm(t, c.values, "template", c.release, chart, "--values=-")
		if err != nil {
			t.Fatal(err)
		}
		if is := find(t, parse(t, text), "Deployment").GetName(); is != c.want {
			t.Errorf("release %s with %q: the Deployment is named %s, want %s", c.release, c.values, is, c.want)
		}
	}
}

func names(objects []*unstructured.Unstructured) []string {
	var found []string
	for _, object := range objects {
		found = append(found, object.GetKind()+"/"+object.GetName())
	}
	slices.Sort(found)
	return found
}

func changes(before, after []string) string {
	var found []string
	for _, name := range before {
		if !slices.Contains(after, name) {
			found = append(found, "-"+name)
		}
	}
	for _, name := range after {
		if !slices.Contains(before, name) {
			found = append(found, name)
		}
	}
	return strings.Join(found, " ")
}

// field prints what is at a path of an object; a dot may be part of a name only
// at the end.
func field(object *unstructured.Unstructured, path string) string {
	var value any = object.Object
	for step := range strings.SplitSeq(path, ".") {
		switch at := value.(type) {
		case map[string]any:
			value = at[step]
		case []any:
			var index int
			if _, err := fmt.Sscan(step, &index); err != nil || index >= len(at) {
				return "<none>"
			}
			value = at[index]
		}
	}
	if value == nil {
		return "<none>"
	}
	return fmt.Sprint(value)
}
