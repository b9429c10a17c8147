package configuration

import (
	"encoding/json"
	"strings"
	"testing"

	"k8s.io/kube-openapi/pkg/validation/spec"
	"k8s.io/kube-openapi/pkg/validation/strfmt"
	"k8s.io/kube-openapi/pkg/validation/validate"
	"sigs.k8s.io/yaml"
)

// fits returns why a document does not have the schema; nil if it does.
func fits(t *testing.T, text string) error {
	t.Helper()
	var is spec.Schema
	if err := json.Unmarshal(Schema(), &is); err != nil {
		t.Fatal(err)
	}
	var document any
	if err := yaml.Unmarshal([]byte(text), &document); err != nil {
		t.Fatalf("%v of\n%s", err, text)
	}
	return validate.AgainstSchema(&is, document, strfmt.Default)
}

// TestSchema: what is valid has the schema, and what it refuses is not valid.
func TestSchema(t *testing.T) {
	for _, c := range []struct {
		text  string
		valid bool
	}{
		{ours, true},
		{ours + "preset: restricted\nchecks: {privileged: {required: false}}\nrequireExpiry: true\nmaxExpiry: 30d\nlimits: {exemptionSeries: 0}\nexemptions: []\n", true},
		{one("owner: a", "link: https://a.b/c", "expires: 2027-03-31"), true},
		{one("expires: '2027-03-31T18:00:00+02:00'"), true},
		{one("expires: never", "workloads: [Deployment/a, Job/b-*]", "containers: [{name: a-*, image: a/**, class: init}]"), true},
		{one("namespaces: [a-*]"), true},
		{one("namespaceSelector: {matchLabels: {a: b}, matchExpressions: [{key: c, operator: In, values: [d]}]}"), true},
		{named(), false},
		{ours + "preset: x\n", false},
		{ours + "foo: 1\n", false},
		{ours + "checks: {x: {required: true}}\n", false},
		{ours + "maxExpiry: 1y\n", false},
		{one("name: A"), false},
		{one("link: http://a"), false},
		{one("expires: soon"), false},
		{one("expires: '2027-03-31T18:00:00'"), false},
		{one("everywhere: false"), false},
		{one("namespaces: [a]", "everywhere: true"), false},
		{one("namespaces: []"), false},
		{one("namespaceSelector: {}"), false},
		{one("workloads: [cart]"), false},
		{one("containers: [{}]"), false},
		{one("containers: [{class: main}]"), false},
		{one("checks: [x]"), false},
		{one("checks: []"), false},
		{teams + "{name: a, reason: b, checks: [all]}\n", false},
		{strings.Replace(ours, "Configuration", "Pod", 1), false},
		{strings.Replace(ours, "v1alpha1", "v1beta1", 1), false},
	} {
		if err := fits(t, c.text); (err == nil) != c.valid {
			t.Errorf("the schema says %v of\n%s", err, c.text)
		}
		if errs := parse(source{path: "f"}, []byte(c.text)).errors; (len(errs) == 0) != c.valid {
			t.Errorf("the reader says %v of\n%s", errs, c.text)
		}
	}
}
