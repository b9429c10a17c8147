package chart

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/serializer/json"
	"k8s.io/client-go/kubernetes/scheme"
	"sigs.k8s.io/yaml"

	"github.com/podscore/podscore/test/harness"
)

// hostile are texts that mean something else in YAML where they are not quoted.
var hostile = []string{
	"true", "no", "null", "~", "1234", "0", "7e3", "0x1f", ".5", "2026-01-02", "12:30",
	"a: b", "a #b", "- a", "#a", "*a", "&a", "!a", "%a", "@a", "`a", "|", ">", "?", "[a", "{a}", "'", `"`, `\`, "a\nb: c", " a ", "é\u2028",
}

// TestHostileTexts: a text gets into the objects as it is, or is refused. Each is
// put in place of every text of the values, but of those where Helm refuses it.
func TestHostileTexts(t *testing.T) {
	given := harness.Read(t, "testdata/everything/values.yaml")
	for _, text := range hostile {
		t.Run(text, func(t *testing.T) {
			// What the chart looks into, and what excludes each other.
			refused := []string{
				"/image/registry", "/image/repository", "/resources/limits/memory", "/extraArgs", "/podDisruptionBudget/minAvailable", "/podDisruptionBudget/maxUnavailable",
				"/prometheusRule/alerts/PodscoreNoncompliantWorkload/within", "/prometheusRule/alerts/PodscorePrivilegedWorkload/within",
				"/prometheusRule/alerts/PodscoreNamespaceComplianceLow/within",
			}
			for range 10 {
				values := defaults(t)
				merge(values, decode(t, []byte(given)))
				delete(values, "extraObjects") // which are templates
				put := replaceTexts(values, "", text, refused)
				if len(put) == 0 {
					t.Fatal("refused everywhere")
				}
				encoded, err := yaml.Marshal(values)
				if err != nil {
					t.Fatal(err)
				}
				rendered, err := template(t, string(encoded))
				if err == nil {
					holds(t, rendered, text, put)
					return
				}
				places := places(err.Error())
				if len(places) == 0 {
					t.Fatalf("with %q at %v: %v", text, put, err)
				}
				refused = append(refused, places...)
			}
			t.Fatal("Helm finds ever more to refuse")
		})
	}
}

// holds requires that the objects have a text, at least as often as in what goes
// into every object: a value or a key of another type is not it.
func holds(t *testing.T, rendered, text string, put []string) {
	t.Helper()
	found := 0
	for _, object := range parse(t, rendered) { // which is strict
		if is := object.GetAnnotations()["example.com/hostile"]; is != text {
			t.Errorf("%s %s has the annotation %q, want %q", object.GetKind(), object.GetName(), is, text)
		}
		found += count(object.Object, text)
		isTyped(t, object, text)
	}
	if found < len(put) {
		t.Errorf("%d texts of the objects are %q, and it stands in %d of the values: %v", found, text, len(put), put)
	}
}

// typed decodes what Kubernetes has itself, strictly.
var typed = json.NewSerializerWithOptions(json.DefaultMetaFactory, scheme.Scheme, scheme.Scheme, json.SerializerOptions{Strict: true})

// isTyped requires that no text has become a number, a truth or nothing, where
// Kubernetes wants a text or where the text could be read as a number.
func isTyped(t *testing.T, object *unstructured.Unstructured, text string) {
	t.Helper()
	if object.GetName() == "" {
		t.Errorf("a %s has the name %v", object.GetKind(), field(object, "metadata.name"))
	}
	encoded, err := object.MarshalJSON()
	if err != nil {
		t.Fatal(err)
	}
	if scheme.Scheme.Recognizes(object.GroupVersionKind()) {
		if _, _, err := typed.Decode(encoded, nil, nil); err != nil {
			t.Errorf("%s %s: %v", object.GetKind(), object.GetName(), err)
		}
	}
	var read any
	if err := yaml.Unmarshal([]byte(text), &read); err == nil {
		if number, is := read.(float64); is && number != 0 && strings.Contains(string(encoded), fmt.Sprintf(":%v", number)) {
			t.Errorf("%s %s has the number %v: %s", object.GetKind(), object.GetName(), number, encoded)
		}
	}
}

func count(in any, text string) int {
	switch in := in.(type) {
	case string:
		if in == text || strings.Contains(in, text) {
			return 1
		}
	case []any:
		sum := 0
		for _, inner := range in {
			sum += count(inner, text)
		}
		return sum
	case map[string]any:
		sum := 0
		for _, inner := range in {
			sum += count(inner, text)
		}
		return sum
	}
	return 0
}

// replaceTexts puts a text in place of others, and returns where.
func replaceTexts(in any, path, text string, but []string) (put []string) {
	if slices.Contains(but, path) {
		return nil
	}
	replace := func(key string, value any, set func(any)) {
		at := path + "/" + key
		if _, is := value.(string); !is {
			put = append(put, replaceTexts(value, at, text, but)...)
		} else if !slices.Contains(but, at) {
			set(text)
			put = append(put, at)
		}
	}
	switch in := in.(type) {
	case map[string]any:
		for key, value := range in {
			replace(key, value, func(to any) { in[key] = to })
		}
		if path == "/commonAnnotations" {
			in["example.com/hostile"] = text
		}
	case []any:
		for i, value := range in {
			replace(fmt.Sprint(i), value, func(to any) { in[i] = to })
		}
	}
	return put
}

var place = regexp.MustCompile(`at '(/[^']*)'`)

// places are where Helm says that a value is wrong.
func places(said string) (found []string) {
	for _, at := range place.FindAllStringSubmatch(said, -1) {
		found = append(found, at[1])
	}
	return found
}

func decode(t *testing.T, text []byte) map[string]any {
	t.Helper()
	var values map[string]any
	if err := yaml.UnmarshalStrict(text, &values); err != nil {
		t.Fatal(err)
	}
	return values
}

func merge(into, from map[string]any) {
	for key, value := range from {
		inner, is := value.(map[string]any)
		if old, was := into[key].(map[string]any); is && was {
			merge(old, inner)
			continue
		}
		into[key] = value
	}
}
