package chart

import (
	"strings"
	"testing"
)

// TestNotes: what Helm prints after an installation follows the values.
func TestNotes(t *testing.T) {
	for _, c := range []struct{ values, want string }{
		{"", "kubectl -n podscore rollout status deployment/podscore"},
		{"", "port-forward \"pod/$(kubectl -n podscore get lease podscore -o jsonpath='{.spec.holderIdentity}' | cut -d_ -f1)\" 8080"},
		{"{replicas: 1, leaderElection: {enabled: false}}", "port-forward deployment/podscore 8080"},
		{"", "$(kubectl -n monitoring create token prometheus-k8s)"},
		{"", "name yours in\n   rbac.metricsReaders first:"},
		{"", "scheme: https"},
		{"", "name its ServiceAccount in rbac.metricsReaders"},
		{"rbac: {metricsReaders: [{namespace: a, name: b}]}", "$(kubectl -n a create token b)"},
		{"metrics: {secure: false}", "curl -s http://127.0.0.1:8080/metrics"},
		{"", "regex: podscore;metrics, action: keep"},
		{"", "job_name: podscore\n"},
		{"namespaceOverride: team-a", "job_name: podscore.team-a\n"},
		{"", "target_label: namespace}"},
		{"", "honor no labels, whatever is set here"},
		{"service: {scrapeAnnotations: true}", "PodscoreLabelsNotHonored says so"},
		{"", "Set prometheusRule.enabled with the prometheus-operator"},
		{"", "set dashboards.configMaps.enabled for the sidecar"},
		{"namespaces: [shop, payments]", "scores the pods of the namespaces shop, payments."},
		{"shards: 3", "port-forward pod/podscore-0 8080"},
		{"service: {enabled: false}", "There is no Service: set podMonitor.enabled"},
		{"service: {port: 80, scrapeAnnotations: true}", "must set `honor_labels: true`"},
		{"serviceMonitor: {enabled: true}", "The ServiceMonitor podscore does that"},
		{"serviceMonitor: {enabled: true}", "looks into its namespace (serviceMonitor.namespace)"},
		{"prometheusRule: {enabled: true}", "They are in the PrometheusRule podscore, if your Prometheus selects it by its labels (prometheusRule.labels) and looks into its"},
		{"podMonitor: {enabled: true, authorization: {type: Bearer}}", "(podMonitor.labels)"},
		{"{prometheusRule: {enabled: true}, rulesConfigMap: {enabled: true}}", "load one of them, not both"},
		{"rulesConfigMap: {enabled: true}", "mount it into Prometheus"},
		{"dashboards: {grafanaDashboards: {enabled: true}}", "Open Grafana: the dashboards are there."},
		{"dashboards: {configMaps: {enabled: true}}", "if its sidecar searches the namespace podscore ("},
		{"dashboards: {configMaps: {enabled: true, namespace: monitoring}}", "if its sidecar searches the namespace monitoring ("},
		{"", "The value configuration has them, and configurationConfigMaps those"},
		{"configuration: {preset: all}", "The configuration is in the ConfigMap podscore-configuration. A change needs no restart"},
		{"configurationConfigMaps: [team-a]", "The configuration is in the ConfigMap team-a. A change"},
		{"{configuration: {preset: all}, configurationConfigMaps: [team-a, team-b]}", "The configuration is in the ConfigMaps podscore-configuration, team-a, team-b. A change"},
		{"configuration: {preset: all}", "     kubectl -n podscore logs -l app.kubernetes.io/instance=podscore --prefix --tail=100\n"},
		{"configurationConfigMaps: [team-a]", "     kubectl -n podscore create configmap team-a --from-file=exemptions.yaml --dry-run=client -o yaml | kubectl apply --server-side -f -\n"},
		// Doubtful combinations.
		{"replicas: 0", "WARNING: replicas is 0"},
		{"metrics: {secure: false}", "WARNING: metrics.secure is false: whoever reaches the port can read"},
		{"service: {scrapeAnnotations: true}", "WARNING: with scrape annotations a scrape job must send a token"},
		{"{metrics: {certificate: {secretName: tls}}, serviceMonitor: {enabled: true, namespace: monitoring}}", "WARNING: there is a certificate, and Prometheus does not verify it"},
		{"serviceMonitor: {enabled: true}", "WARNING: Prometheus sends its own token, which is good for the API server too, to whoever answers in podscore's place"},
		{"{metrics: {tokenAudiences: [podscore]}, serviceMonitor: {enabled: true}}", "WARNING: Prometheus needs a token for the audience podscore in /var/run/secrets/podscore/token"},
		{"{serviceMonitor: {enabled: true}, podScrapeAnnotations: true}", "WARNING: there are scrape annotations beside a monitor"},
		{"prometheusRule: {enabled: true, recordingRules: false}", "WARNING: prometheusRule.recordingRules is false"},
		{"rbac: {create: false}", "WARNING: rbac.create is false: the ServiceAccount podscore needs list and watch on pods and namespaces; create, get and update on leases; create on tokenreviews and subjectaccessreviews."},
		{"{rbac: {create: false}, metrics: {secure: false}, namespaces: [shop]}", "needs list and watch on pods; create, get and update on leases."},
		{"serviceAccount: {create: false}", "WARNING: podscore runs as the ServiceAccount default"},
		{"{serviceMonitor: {enabled: true, interval: 5m}}", "WARNING: the monitor's interval (5m) is longer than scrapeInterval (1m)"},
		{"resources: {limits: {cpu: 1}}", "WARNING: resources.limits.cpu is set"},
	} {
		if notes := install(t, c.values); !strings.Contains(notes, c.want) {
			t.Errorf("with %q the notes do not say %q:\n%s", c.values, c.want, notes)
		}
	}
	if notes := install(t, ""); strings.Contains(notes, "WARNING") {
		t.Errorf("the defaults are warned of:\n%s", notes)
	}
}

// install returns the notes of an installation that does not take place.
func install(t *testing.T, values string) string {
	t.Helper()
	said, err := helm(t, values, "install", "podscore", chart, "--namespace=podscore", "--dry-run=client", "--values=-")
	if err != nil {
		t.Fatal(err)
	}
	_, notes, _ := strings.Cut(said, "\nNOTES:\n")
	return notes
}
