package chart

import (
	"maps"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/podscore/podscore/test/harness"
)

// defaults reads values.yaml.
func defaults(t *testing.T) map[string]any {
	t.Helper()
	var values map[string]any
	harness.ReadStrict(t, filepath.Join(chart, "values.yaml"), &values)
	return values
}

// TestBadValues: what is wrong is refused, and named.
func TestBadValues(t *testing.T) {
	for _, c := range []struct{ values, want string }{
		// Misspelt.
		{"replica: 2", "additional properties 'replica' not allowed"},
		{"image: {name: podscore}", "at '/image': additional properties 'name' not allowed"},
		{"resources: {limit: {memory: 1Gi}}", "at '/resources': additional properties 'limit' not allowed"},
		{"livenessProbe: {httpGet: {}}", "at '/livenessProbe': additional properties 'httpGet' not allowed"},
		{"serviceMonitor: {honorLabels: false}", "at '/serviceMonitor': additional properties 'honorLabels' not allowed"},
		{"dashboards: {enabled: true}", "at '/dashboards': additional properties 'enabled' not allowed"},
		{"prometheusRule: {alerts: {PodscoreGone: {for: 1m}}}", "at '/prometheusRule/alerts': additional properties 'PodscoreGone' not allowed"},
		{"prometheusRule: {alerts: {PodscoreDown: {ratio: 0.5}}}", "at '/prometheusRule/alerts/PodscoreDown': additional properties 'ratio' not allowed"},
		// Mistyped.
		{"replicas: two", "at '/replicas': got string, want integer"},
		{"image: {tag: 1.10}", "at '/image/tag': got number, want string"},
		{"image: {digest: latest}", "at '/image/digest': 'latest' does not match pattern"},
		{"namespaces: shop", "at '/namespaces': got string, want array"},
		{"namespaces: [Shop]", "at '/namespaces/0': 'Shop' does not match pattern"},
		{"exemptNamespaces: ['openshift-?']", "at '/exemptNamespaces/0': 'openshift-?' does not match pattern"},
		{"namespaces: [shop, shop]", "at '/namespaces': items at 0 and 1 are equal"},
		{"shards: 9", "at '/shards': maximum: got 9, want 8"},
		{"leaderElection: {leaseDuration: 15}", "at '/leaderElection/leaseDuration': got number, want string"},
		{"leaderElection: {retryPeriod: 1d}", "at '/leaderElection/retryPeriod': '1d' does not match pattern"},
		{"metrics: {certificate: {secretName: TLS}}", "at '/metrics/certificate/secretName': 'TLS' does not match pattern"},
		{"metrics: {tokenAudiences: ['a,b']}", "at '/metrics/tokenAudiences/0': 'a,b' does not match pattern"},
		{"metrics: {enableHTTP2: true}", "at '/metrics': additional properties 'enableHTTP2' not allowed"},
		{"podMonitor: {bearerTokenFile: /a}", "at '/podMonitor"},
		{"rbac: {metricsReaders: [{name: prometheus}]}", "at '/rbac/metricsReaders/0': missing property 'namespace'"},
		{"preset: strict", "at '/preset': value must be one of 'cis', 'restricted', 'all'"},
		{"logLevel: warn", "at '/logLevel': value must be one of 'info', 'debug'"},
		{"configuration: [a]", "at '/configuration': got array, want object"},
		{"configuration: {presets: all}", "at '/configuration': additional properties 'presets' not allowed"},
		{"configuration: {apiVersion: podscore.io/v1}", "at '/configuration/apiVersion': value must be 'podscore.io/v1alpha1'"},
		{"configuration: {kind: Exemptions}", "at '/configuration/kind': value must be 'Configuration'"},
		{"configuration: {preset: strict}", "at '/configuration/preset': value must be one of 'cis', 'restricted', 'all'"},
		{"configuration: {checks: {readOnly: {required: false}}}", "at '/configuration/checks': additional properties 'readOnly' not allowed"},
		{"configuration: {checks: {sysctls: false}}", "at '/configuration/checks/sysctls': got boolean, want object"},
		{"configuration: {checks: {sysctls: {weight: 0}}}", "at '/configuration/checks/sysctls': additional properties 'weight' not allowed"},
		{"configuration: {requireExpiry: 'yes'}", "at '/configuration/requireExpiry': got string, want boolean"},
		{"configuration: {maxExpiry: 1y}", "at '/configuration/maxExpiry': '1y' does not match pattern"},
		{"configuration: {limits: {series: 1}}", "at '/configuration/limits': additional properties 'series' not allowed"},
		{"configuration: {limits: {exemptionSeries: -1}}", "at '/configuration/limits/exemptionSeries': minimum: got -1, want 0"},
		{exemption("everywhere: true"), "at '/configuration/exemptions/0': missing properties 'name', 'reason', 'checks'"},
		{exemption("name: a, reason: b, checks: [all]"), "at '/configuration/exemptions/0': 'oneOf' failed, none matched"},
		{exemption("name: a, reason: b, checks: [all], everywhere: true, namespaces: [a]"), "at '/configuration/exemptions/0': 'oneOf' failed, subschemas 0, 2 matched"},
		{exemption("name: A, reason: b, checks: [all], everywhere: true"), "at '/configuration/exemptions/0/name': 'A' does not match pattern"},
		{exemption("name: a, reason: ' ', checks: [all], everywhere: true"), "at '/configuration/exemptions/0/reason': ' ' does not match pattern"},
		{exemption("name: a, reason: \"b\u2028c\", checks: [all], everywhere: true"), "does not match pattern"},
		{exemption("name: a, reason: b, checks: [all], namespaceSelector: {matchExpressions: [{key: a, operator: Is}]}"), "at '/configuration/exemptions/0/namespaceSelector/matchExpressions/0/operator': value must be one of 'In', 'NotIn', 'Exists', 'DoesNotExist'"},
		{exemption("name: a, reason: b, checks: [all], everywhere: true, owner: a team"), "at '/configuration/exemptions/0/owner': 'a team' does not match pattern"},
		{exemption("name: a, reason: b, checks: [all], everywhere: true, link: 'http://a'"), "at '/configuration/exemptions/0/link': 'http://a' does not match pattern '^https://"},
		{exemption("name: a, reason: b, checks: [all], everywhere: true, expires: 31.3.2027"), "at '/configuration/exemptions/0/expires': '31.3.2027' does not match pattern"},
		{exemption("name: a, reason: b, checks: [all], everywhere: true, expires: 2027-03-31T10:00:00"), "at '/configuration/exemptions/0/expires': '2027-03-31T10:00:00' does not match pattern"},
		{exemption("name: a, reason: b, checks: [all], everywhere: false"), "at '/configuration/exemptions/0/everywhere': value must be true"},
		{exemption("name: a, reason: b, checks: [all], namespaces: []"), "at '/configuration/exemptions/0/namespaces': minItems: got 0, want 1"},
		{exemption("name: a, reason: b, checks: [all], namespaces: ['shop-?']"), "at '/configuration/exemptions/0/namespaces/0': 'shop-?' does not match pattern"},
		{exemption("name: a, reason: b, checks: [all], namespaceSelector: {}"), "at '/configuration/exemptions/0/namespaceSelector': minProperties: got 0, want 1"},
		{exemption("name: a, reason: b, checks: [all], namespaceSelector: {tier: legacy}"), "at '/configuration/exemptions/0/namespaceSelector': additional properties 'tier' not allowed"},
		{exemption("name: a, reason: b, checks: [all], everywhere: true, workloads: [cart]"), "at '/configuration/exemptions/0/workloads/0': 'cart' does not match pattern"},
		{exemption("name: a, reason: b, checks: [all], everywhere: true, containers: [{}]"), "at '/configuration/exemptions/0/containers/0': minProperties: got 0, want 1"},
		{exemption("name: a, reason: b, checks: [all], everywhere: true, containers: [{class: main}]"), "at '/configuration/exemptions/0/containers/0/class': value must be one of 'regular', 'init', 'sidecar', 'ephemeral'"},
		{exemption("name: a, reason: b, checks: [runAsNonRoot], everywhere: true"), "at '/configuration/exemptions/0/checks/0': value must be one of 'all', 'run-as-non-root', "},
		{exemption("name: a, reason: b, checks: [all], everywhere: true, pods: [a]"), "at '/configuration/exemptions/0': additional properties 'pods' not allowed"},
		{"configurationConfigMaps: team-a", "at '/configurationConfigMaps': got string, want array"},
		{"configurationConfigMaps: [Team]", "at '/configurationConfigMaps/0': 'Team' does not match pattern"},
		{"configurationConfigMaps: ['']", "at '/configurationConfigMaps/0': minLength: got 0, want 1"},
		{"configurationConfigMaps: [a, a]", "at '/configurationConfigMaps': items at 0 and 1 are equal"},
		{"extraArgs: [preset=all]", "at '/extraArgs/0': 'preset=all' does not match pattern '^-'"},
		{"nodeSelector: {spot: true}", "at '/nodeSelector/spot': got boolean, want string"},
		{"podLabels: {tier: 1}", "at '/podLabels/tier': got number, want string"},
		{"resources: {limits: {memory: 1 GB}}", "at '/resources/limits/memory': '1 GB' does not match pattern"},
		{"service: {port: 0}", "at '/service/port': minimum: got 0, want 1"},
		{"serviceMonitor: {interval: 30}", "at '/serviceMonitor/interval': got number, want string"},
		{"serviceMonitor: {enabled: 'yes'}", "at '/serviceMonitor/enabled': got string, want boolean"},
		{"prometheusRule: {runbookURL: runbooks}", "at '/prometheusRule/runbookURL': 'runbooks' does not match pattern"},
		{"prometheusRule: {alerts: {PodscoreDown: {for: 15x}}}", "at '/prometheusRule/alerts/PodscoreDown/for': '15x' does not match pattern"},
		{"prometheusRule: {alerts: {PodscoreDown: false}}", "at '/prometheusRule/alerts/PodscoreDown': got boolean, want object"},
		{"prometheusRule: {alerts: {PodscoreNamespaceComplianceLow: {ratio: 80}}}", "PodscoreNamespaceComplianceLow/ratio': maximum: got 80, want 1"},
		{"prometheusRule: {alerts: {PodscoreNamespaceComplianceLow: {ratio: 80%}}}", "PodscoreNamespaceComplianceLow/ratio': '80%' does not match pattern"},
		{"podDisruptionBudget: {maxUnavailable: half}", "at '/podDisruptionBudget/maxUnavailable': 'half' does not match pattern"},
		// What excludes or needs each other.
		{"{shards: 3, replicas: 3}", "replicas (3) and shards (3) exclude each other"},
		{"leaderElection: {enabled: false}", "leaderElection.enabled is false and replicas is 2: each would report, and count, every pod; set replicas to 1"},
		{"podMonitor: {enabled: true}", "podMonitor.enabled with metrics.secure needs podMonitor.authorization"},
		{"metrics: {secure: false, certificate: {secretName: tls}}", "metrics.certificate.secretName without metrics.secure"},
		{"metrics: {secure: false, tokenAudiences: [a]}", "metrics.certificate and metrics.tokenAudiences need metrics.secure"},
		{"metrics: {secure: false, certificate: {openShift: true}}", "metrics.certificate and metrics.tokenAudiences need metrics.secure"},
		{"metrics: {certificate: {certManager: {enabled: true}}}", "metrics.certificate.certManager.enabled needs issuerRef"},
		{"metrics: {certificate: {openShift: true, certManager: {enabled: true, issuerRef: {name: a}}}}", "certManager.enabled and openShift exclude each other"},
		{"{service: {enabled: false}, metrics: {certificate: {openShift: true}}}", "metrics.certificate.openShift needs service.enabled"},
		{"rbac: {create: false, metricsReaders: [{namespace: a, name: b}]}", "rbac.metricsReaders needs rbac.create"},
		{"{shards: 3, namespaces: [shop]}", "namespaces and shards exclude each other"},
		{"{shards: 3, updateStrategy: {type: Recreate}}", "updateStrategy.type Recreate is none of a StatefulSet's"},
		{"updateStrategy: {type: OnDelete}", "updateStrategy.type OnDelete is none of a Deployment's"},
		{"{service: {enabled: false}, serviceMonitor: {enabled: true}}", "serviceMonitor.enabled needs service.enabled"},
		{"{serviceMonitor: {enabled: true}, podMonitor: {enabled: true, authorization: {type: Bearer}}}", "would have every series scraped twice"},
		{"{service: {scrapeAnnotations: true}, podScrapeAnnotations: true}", "would have every series scraped twice"},
		{"service: {enabled: false, scrapeAnnotations: true}", "service.scrapeAnnotations needs service.enabled"},
		{"{preset: all, configuration: {preset: restricted}}", "preset (all) and configuration.preset (restricted) exclude each other: the flag would win over the file; leave preset out"},
		{"{workloadSeriesLimit: 100, configuration: {limits: {workloadSeries: 0}}}", "workloadSeriesLimit (100) and configuration.limits.workloadSeries (0) exclude each other: the flag would win over the file; leave workloadSeriesLimit out"},
		{"{configuration: {preset: all}, configurationConfigMaps: [podscore-configuration]}", "configurationConfigMaps has podscore-configuration, which the chart makes of configuration: every exemption in it would be there twice; give yours another name"},
		{"podDisruptionBudget: {minAvailable: 0, maxUnavailable: 1}", "podDisruptionBudget.minAvailable and maxUnavailable exclude each other"},
		{"podDisruptionBudget: {minAvailable: 2}", "podDisruptionBudget.minAvailable (2) asks for every one of 2 pods: no node that has one could be drained"},
		{"podDisruptionBudget: {minAvailable: 60%}", "podDisruptionBudget.minAvailable (60%) asks for every one of 2 pods"},
		{"{shards: 3, podDisruptionBudget: {minAvailable: 100%}}", "asks for every one of 3 pods"},
		{"podDisruptionBudget: {maxUnavailable: 0}", "podDisruptionBudget.maxUnavailable is 0: no node"},
		{"podDisruptionBudget: {maxUnavailable: 0%}", "podDisruptionBudget.maxUnavailable is 0: no node"},
		// What podscore itself would refuse.
		{"leaderElection: {renewDeadline: 20s}", "leaderElection.renewDeadline (20s) is not less than leaderElection.leaseDuration (15s)"},
		{"leaderElection: {leaseDuration: 0.9s, renewDeadline: 500ms, retryPeriod: 100ms}", "leaderElection.leaseDuration (0.9s) is less than 1s"},
		{"leaderElection: {retryPeriod: 6s}", "leaderElection.retryPeriod (6s) is not between 0 and half of leaderElection.renewDeadline (10s)"},
		{"leaderElection: {retryPeriod: 0s}", "leaderElection.retryPeriod (0s) is not between 0 and half"},
		{"scrapeInterval: 2h", "scrapeInterval (2h) is not between 1s and 1h"},
		// What podscore takes, and nobody means.
		{"watchStalledAfter: 5s", "watchStalledAfter (5s) is less than 90s: on a quiet watch the API server sends something once a minute only"},
		{"resources: {limits: {memory: 32Mi}}", "resources.limits.memory (32Mi) is less than 48Mi"},
		{"resources: {limits: {memory: 33554432}}", "is less than 48Mi"},
		{"image: {registry: ''}", "image.registry is empty, and podscore's image is in no public registry: build it and push it to yours"},
		{"image: {registry: '', repository: podscore/podscore}", "image.registry is empty"},
		{"image: {repository: 'x:v1'}", "image.repository (x:v1) has a tag or a digest in it: set image.tag or image.digest instead"},
		{"image: {registry: r/podscore/}", "image.registry (r/podscore/) does not begin with a registry's host"},
		{"image: {registry: 'https://r.example.com'}", "image.registry (https://r.example.com) does not begin with a registry's host"},
		{"image: {registry: r.example.com/podscore}", "image.registry (r.example.com/podscore) ends with image.repository (podscore)"},
		{"image: {registry: r.example.com, repository: r.example.com/podscore}", "image.repository (r.example.com/podscore) begins with image.registry (r.example.com)"},
		{"serviceMonitor: {interval: 10s, scrapeTimeout: 30s}", "serviceMonitor.scrapeTimeout (30s) is longer than serviceMonitor.interval (10s)"},
		{"prometheusRule: {namespaceRatios: {'shop(': 0.9}}", "error parsing regexp: missing closing )"},
		// What would go around a value, and what is checked of it.
		{"extraArgs: [--leader-elect=false]", "extraArgs has --leader-elect: set leaderElection.enabled instead"},
		{"extraArgs: [--config=/a]", "extraArgs has --config: set configuration instead"},
		{"extraArgs: [--log-level=debug]", "extraArgs has --log-level: set logLevel instead"},
		{"extraArgs: [-v]", "extraArgs has -v: podscore's flags begin with two dashes"},
		{"extraArgs: [--]", "extraArgs has --: podscore's flags begin with two dashes"},
		{"{shards: 2, extraEnv: [{name: POD_NAME, value: podscore-0}]}", "extraEnv has POD_NAME"},
		{"{replicas: 1, leaderElection: {enabled: false}, updateStrategy: {type: RollingUpdate}}", "updateStrategy.type RollingUpdate without leaderElection.enabled"},
		{"serviceMonitor: {enabled: true, endpoint: {honorLabels: false}}", "serviceMonitor.endpoint.honorLabels would take the place of what the chart sets"},
		{"podMonitor: {enabled: true, authorization: {type: Bearer}, spec: {selector: {}}}", "podMonitor.spec.selector would take the place of what the chart sets"},
		// What could never fire.
		{"{prometheusRule: {enabled: true, alerts: {PodscorePrivilegedWorkload: {within: 5m}}}}", "prometheusRule.alerts.PodscorePrivilegedWorkload.within (5m) is not longer than its minutes (5): it could never fire"},
		{"{prometheusRule: {enabled: true, alerts: {PodscoreDown: null}}}", "prometheusRule.alerts.PodscoreDown is missing: to switch it off, set its enabled to false"},
		{"{prometheusRule: {enabled: true, alerts: {PodscoreDown: {within: null}}}}", "the rule of PodscoreDown needs a value for ${within}"},
	} {
		_, err := template(t, c.values)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("with %s Helm says %v, want %q", c.values, err, c.want)
		}
	}
}

// exemption returns values with one exemption.
func exemption(fields string) string { return "configuration: {exemptions: [{" + fields + "}]}" }

// TestGoodValues: what looks strange and is right is taken.
func TestGoodValues(t *testing.T) {
	for _, values := range []string{
		"{enabled: true, global: {imageRegistry: registry.example.com}}",
		"{affinity: null, resources: null, nodeSelector: null, updateStrategy: null, podSecurityContext: null}",
		"replicas: 0",
		"{preset: cis, workloadSeriesLimit: 5000, configuration: {preset: all, limits: {workloadSeries: 100}}}",
		"{preset: all, configuration: {limits: {exemptionSeries: 100}}}",
		"configurationConfigMaps: [podscore-configuration]",
		"configuration: {exemptions: []}",
		exemption("name: a, reason: b, checks: [all, sysctls], everywhere: true, expires: never"),
		"{shards: 2, leaderElection: {enabled: false}}",
		"hostUsers: true",
		"podDisruptionBudget: {minAvailable: 0}",
		"resources: {limits: {memory: null}, requests: {cpu: 0.1}}",
		"resources: {limits: {memory: 0.05Gi}}",
		"resources: {limits: {memory: 1e9}}",
	} {
		render(t, values)
	}
	if _, err := template(t, "", "--set=prometheusRule.enabled=true,prometheusRule.alerts.PodscoreNamespaceComplianceLow.ratio=0.9"); err != nil {
		t.Errorf("--set makes a text of 0.9: %v", err)
	}
}

// TestSameValuesInSchema: values.yaml and values.schema.json have the same keys.
func TestSameValuesInSchema(t *testing.T) {
	var schema map[string]any
	harness.ReadYAML(t, filepath.Join(chart, "values.schema.json"), &schema)
	definitions := schema["definitions"].(map[string]any)
	allowed := map[string][]string{
		"":               {"enabled", "global"},
		".livenessProbe": {"failureThreshold", "initialDelaySeconds", "periodSeconds", "successThreshold", "timeoutSeconds"},
	}
	allowed[".readinessProbe"], allowed[".startupProbe"] = allowed[".livenessProbe"], allowed[".livenessProbe"]
	var compare func(path string, schema, values map[string]any)
	compare = func(path string, schema, values map[string]any) {
		if reference, is := schema["$ref"].(string); is {
			schema = definitions[strings.TrimPrefix(reference, "#/definitions/")].(map[string]any)
		}
		properties, ours := schema["properties"].(map[string]any)
		if !ours || schema["additionalProperties"] != false || len(values) == 0 {
			return // Kubernetes', or the user's
		}
		known := slices.Sorted(maps.Keys(properties))
		known = slices.DeleteFunc(known, func(key string) bool {
			_, given := values[key]
			return !given && slices.Contains(allowed[path], key)
		})
		if given := slices.Sorted(maps.Keys(values)); !optional(path) && !slices.Equal(known, given) {
			t.Errorf("values.schema.json has at %q the keys %q, and values.yaml has %q", path, known, given)
		}
		for key, value := range values {
			if inner, is := value.(map[string]any); is && properties[key] != nil {
				compare(path+"."+key, properties[key].(map[string]any), inner)
			}
		}
	}
	compare("", schema, defaults(t))
}

// optional says of what is Kubernetes' own that not all has to be in values.yaml.
func optional(path string) bool {
	return slices.Contains([]string{".resources", ".dashboards.grafanaDashboards.instanceSelector"}, path)
}

// TestTwinReadme renders README.md with helm-docs.
func TestTwinReadme(t *testing.T) {
	said, err := exec.CommandContext(t.Context(), program(t, "HELM_DOCS", "helm-docs"),
		"--chart-search-root="+chart, "--sort-values-order=file", "--dry-run", "--log-level=error").Output()
	if err != nil {
		t.Fatalf("helm-docs: %v", err)
	}
	golden(t, filepath.Join(chart, "README.md"), string(said))
}
