package configuration

import (
	"bytes"
	"errors"
	"io"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"
	sigsyaml "sigs.k8s.io/yaml"
)

// kubernetesDocument is how a program that reads objects of Kubernetes would read both
// kinds.
type kubernetesDocument struct {
	APIVersion string `json:"apiVersion"`
	Kind       string `json:"kind"`
	Preset     string `json:"preset"`
	Checks     map[string]struct {
		Required bool `json:"required"`
	} `json:"checks"`
	RequireExpiry bool   `json:"requireExpiry"`
	MaxExpiry     string `json:"maxExpiry"`
	Limits        struct {
		ExemptionSeries *int `json:"exemptionSeries"`
		WorkloadSeries  *int `json:"workloadSeries"`
	} `json:"limits"`
	Exemptions []struct {
		Name              string   `json:"name"`
		Reason            string   `json:"reason"`
		Owner             string   `json:"owner"`
		Link              string   `json:"link"`
		Expires           string   `json:"expires"`
		Namespaces        []string `json:"namespaces"`
		NamespaceSelector struct {
			MatchLabels      map[string]string `json:"matchLabels"`
			MatchExpressions []struct {
				Key      string   `json:"key"`
				Operator string   `json:"operator"`
				Values   []string `json:"values"`
			} `json:"matchExpressions"`
		} `json:"namespaceSelector"`
		Everywhere bool     `json:"everywhere"`
		Workloads  []string `json:"workloads"`
		Containers []struct {
			Name  string `json:"name"`
			Image string `json:"image"`
			Class string `json:"class"`
		} `json:"containers"`
		Checks []string `json:"checks"`
	} `json:"exemptions"`
}

// readAsKubernetes reads each document of a file strictly, by the library that reads
// objects of Kubernetes. The documents are told apart by the library that this package
// uses too.
func readAsKubernetes(text []byte) ([]kubernetesDocument, error) {
	var all []kubernetesDocument
	for decoder := yaml.NewDecoder(bytes.NewReader(text)); ; {
		var n yaml.Node
		if err := decoder.Decode(&n); errors.Is(err, io.EOF) {
			return all, nil
		} else if err != nil {
			return nil, err
		}
		one := text
		if len(all) > 0 || bytes.Contains(text, []byte("\n---")) {
			var err error
			if one, err = yaml.Marshal(&n); err != nil {
				return nil, err
			}
		}
		var document kubernetesDocument
		if err := sigsyaml.UnmarshalStrict(one, &document); err != nil {
			return nil, err
		}
		all = append(all, document)
	}
}

// FuzzFile: any bytes are read without a panic, without much time and without much
// memory, the number of values is an upper bound, errors have places, and what is valid is so for Kubernetes' own library, which finds the same
// exemptions, and has a canonical form that is read again.
func FuzzFile(f *testing.F) {
	for _, seed := range []string{
		"", garbage, ours, named("a", "b"), ours + "---\n" + one("expires: 2027-03-31"),
		one("namespaceSelector: {matchLabels: {a: b}, matchExpressions: [{key: c, operator: NotIn, values: [d]}]}"),
		one("containers: [{name: a-*, image: nginx, class: init}]", "workloads: [Job/a]", "owner: b", "link: https://a.b"),
		ours + "preset: &a all\nchecks: {privileged: {required: true}}\nlimits: {exemptionSeries: 1}\n<<: *a\n",
		"\ufeff\tkind: \"\\x00\"\r\n", "? [a]\n: b\n", "--- !!set {a}\n...\n%YAML 1.1\n---\n- ", "a: |\n  b\n c: >-\n d",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		began := time.Now()
		var c content
		if took := memoryOf(func() { c = parse(source{path: "f"}, text) }); took > mostMemory {
			t.Errorf("%d bytes took %d MiB", len(text), took>>20)
		}
		if values := countValues(text); values <= MaxValues && nodes(text) > 2*values+2 {
			t.Errorf("%q has %d nodes, and only %d values are counted", text, nodes(text), values)
		}
		is := settle([]content{c}, nil, rules{}, now)
		if took := time.Since(began); took > time.Minute {
			t.Errorf("%d bytes took %v", len(text), took)
		}
		for _, err := range is.errors {
			if err.Path != "f" || err.Line < 0 || err.Message == "" || (err.Line == 0) != (err.Column == 0) {
				t.Errorf("an error without a place: %#v", err)
			}
		}
		if len(is.errors) > 0 {
			return
		}
		documents, err := readAsKubernetes(text)
		if err != nil {
			t.Fatalf("valid here, and for Kubernetes' library %v", err)
		}
		var names []string
		for _, document := range documents {
			for _, exemption := range document.Exemptions {
				names = append(names, exemption.Name)
			}
		}
		if len(names) != len(c.exemptions) {
			t.Fatalf("%d exemptions, and Kubernetes' library finds %d", len(c.exemptions), len(names))
		}
		for i, e := range c.exemptions {
			if e.value.name.value != names[i] {
				t.Errorf("the exemption %q is %q for Kubernetes' library", e.value.name.value, names[i])
			}
		}
		Describe(io.Discard, newSet([]content{c}), now, nil)
	})
}

// FuzzExpiry: any text is an end or an error. A day ends at a midnight of UTC, and what
// is an end is one in canonical form too.
func FuzzExpiry(f *testing.F) {
	for _, seed := range []string{"never", "2027-03-31", "2027-02-30", "2027-03-31T18:00:00+02:00", "9999-12-31", "0001-01-01T00:00:00+23:59"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		end, err := parseExpiry(text)
		if err != nil || end.never {
			return
		}
		if len(text) == len(time.DateOnly) && end.at.Truncate(24*time.Hour) != end.at {
			t.Errorf("the day %s ends at %v", text, end.at)
		}
		if end.at.IsZero() {
			t.Errorf("%q is an end that means that there is none", text)
		}
		if again, err := parseExpiry(end.at.Format(time.RFC3339Nano)); end.at.Year() < 10000 && (err != nil || !again.at.Equal(end.at)) {
			t.Errorf("%q is %v, which is read as %v, %v", text, end.at, again.at, err)
		}
	})
}
