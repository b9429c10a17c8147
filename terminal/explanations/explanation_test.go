package explanations

import (
	"bytes"
	"flag"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/podscore/podscore/configuration"
	"github.com/podscore/podscore/terminal/manifests"
	"github.com/podscore/podscore/terminal/verdicts"
)

var update = flag.Bool("update", false, "write testdata/pods.txt instead of comparing with it")

// explain returns what is told of the pods and templates of a file, as of a cluster.
func explain(t *testing.T, file string) string {
	t.Helper()
	set, wrong := configuration.Read(time.Time{}, configuration.Options{}, "testdata/configuration.yaml")
	if len(wrong) > 0 {
		t.Fatal(wrong)
	}
	by, err := set.Policy("")
	if err != nil {
		t.Fatal(err)
	}
	judge, told := verdicts.NewJudge(by), Explanation{Now: time.Date(2026, 1, 3, 0, 5, 0, 0, time.UTC)}
	var r manifests.Reader
	for d := range r.Read(file) {
		if len(d.Errors) > 0 {
			t.Fatal(d.Errors)
		}
		for _, o := range d.Objects {
			o = &manifests.Object{APIVersion: o.APIVersion, Kind: o.Kind, Namespace: o.Namespace, Name: o.Name, Pod: o.Pod}
			if v, scored := judge.Object(o); scored {
				told.Add(o, &v)
			}
		}
	}
	var out bytes.Buffer
	if err := told.Write(&out); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// TestTwinExplanation: what is told of testdata/pods.yaml is what pods.txt has, in lines of
// 80 characters.
func TestTwinExplanation(t *testing.T) {
	got := explain(t, "testdata/pods.yaml")
	if *update {
		if err := os.WriteFile("testdata/pods.txt", []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if want, err := os.ReadFile("testdata/pods.txt"); err != nil || string(want) != got {
		t.Errorf("it is told\n%s\nand not what testdata/pods.txt has; run make update (%v)", got, err)
	}
	for line := range strings.Lines(got) {
		words := strings.Fields(line)
		if long := len(strings.TrimSuffix(line, "\n")); long > width && len(words[len(words)-1]) < width/2 {
			t.Errorf("the line is longer than %d characters: %s", width, line)
		}
	}
}

// TestAgo: a time is told in the largest unit of which there is one.
func TestAgo(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0: "just now", 59 * time.Second: "just now", time.Minute: "1 minute ago", 119 * time.Minute: "1 hour ago", 25 * time.Hour: "1 day ago", 72 * time.Hour: "3 days ago", -time.Hour: "just now",
	} {
		if got := ago(d); got != want {
			t.Errorf("%s is told as %q, want %q", d, got, want)
		}
	}
}
