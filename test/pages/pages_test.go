package pages

import (
	"context"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/common/model"
	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/yaml"

	"github.com/podscore/podscore/configuration"
	"github.com/podscore/podscore/policy"
	"github.com/podscore/podscore/securitycontext"
)

// TestPages tries every block of every page.
func TestPages(t *testing.T) {
	s := setUp(t)
	t.Run("costs", s.costs)
	s.learnNames(t)
	t.Run("NOTES.txt", s.notes)
	pages, err := Pages(s.root)
	if err != nil {
		t.Fatal(err)
	}
	for _, page := range pages {
		t.Run(page, func(t *testing.T) {
			t.Parallel()
			blocks, err := Blocks(s.root, page)
			if err != nil {
				t.Fatal(err)
			}
			for _, block := range blocks {
				s.try(t, block)
			}
			s.shell(t, blocks)
		})
	}
}

// try runs or parses a block; commands are run together, by shell.
func (s *stack) try(t *testing.T, block Block) {
	t.Helper()
	switch block.Language {
	case "promql":
		s.query(t, block)
	case "yaml":
		s.yaml(t, block)
	case "sh":
		if said, err := exec.CommandContext(t.Context(), "sh", "-n", "-c", block.Text).CombinedOutput(); err != nil {
			t.Errorf("%v: the shell cannot read it: %s", block, said)
		}
	case "text":
		s.shown(t, block)
	default:
		t.Errorf("%v: a block of the language %q, of which this test knows nothing: have it be promql, yaml, sh or text", block, block.Language)
	}
}

// query requires of every query an answer of numbers. That two series are the same, or
// that each side of an operation has one more, is an error with two replicas.
func (s *stack) query(t *testing.T, block Block) {
	t.Helper()
	for _, query := range queries(block.Text) {
		value, _, _, err := s.prometheus.API.Query(t.Context(), query, time.Now())
		if err != nil {
			t.Errorf("%v: %v\n%s", block, err, query)
			continue
		}
		vector, _ := value.(model.Vector)
		for _, sample := range vector {
			if math.IsNaN(float64(sample.Value)) {
				t.Errorf("%v: %v is no number\n%s", block, sample.Metric, query)
			}
		}
		for _, name := range metric.FindAllString(query, -1) {
			if !s.names[name] && block.NotRun == "" {
				t.Errorf("%v: Prometheus has no series %s, and docs/metrics.md names none\n%s", block, name, query)
			}
		}
	}
}

var metric = regexp.MustCompile(`\b((namespace|cluster):)?podscore_[a-z0-9_]+(:[a-z0-9_]+)?\b`)

// learnNames notes the series that there are, and those that docs/metrics.md names.
func (s *stack) learnNames(t *testing.T) {
	t.Helper()
	s.names = map[string]bool{}
	values, _, _, err := s.prometheus.API.LabelValues(t.Context(), model.MetricNameLabel, nil, time.Time{}, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range values {
		s.names[string(name)] = true
	}
	page, err := os.ReadFile(filepath.Join(s.root, "docs", "metrics.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range regexp.MustCompile("(?m)^\\| `(podscore_[a-z_]+)`").FindAllStringSubmatch(string(page), -1) {
		s.names[row[1]] = true
	}
}

// yaml parses a block, and gives it to whom it is for.
func (s *stack) yaml(t *testing.T, block Block) {
	t.Helper()
	var parsed any
	if err := yaml.UnmarshalStrict([]byte(block.Text), &parsed); err != nil {
		t.Errorf("%v: %v", block, err)
	}
	fields, _ := parsed.(map[string]any)
	switch {
	case block.NotRun != "":
	case fields["apiVersion"] == configuration.APIVersion: // tried by TestConfigurations
	case fields["kind"] == "Pod":
		s.compliant(t, block)
		fallthrough
	case fields["apiVersion"] != nil:
		s.succeeds(t, block, s.cluster.Kubectl, "create", "--dry-run=server", "--validate=strict", "--filename="+s.write(t, "object.yaml", block.Text))
	case fields["route"] != nil: // the commands after it call it so
		file := filepath.Join(s.dir, "checkout", "alertmanager.yml")
		if err := os.WriteFile(file, []byte(block.Text), 0o600); err != nil {
			t.Fatal(err)
		}
		s.succeeds(t, block, os.Getenv("AMTOOL"), "check-config", file)
	case fields["scrape_configs"] != nil || fields["global"] != nil:
		s.succeeds(t, block, os.Getenv("PROMTOOL"), "check", "config", "--syntax-only", s.write(t, "prometheus.yml", block.Text))
	case fields["groups"] != nil:
		s.succeeds(t, block, os.Getenv("PROMTOOL"), "check", "rules", "--lint=all", "--lint-fatal", s.write(t, "rules.yml", block.Text))
	case fields != nil: // what is none of the chart's values it refuses
		s.succeeds(t, block, os.Getenv("HELM"), "template", "podscore", filepath.Join(s.root, "charts", "podscore"), "--namespace=podscore",
			"--values="+s.write(t, "registry.yaml", "image: {registry: registry.invalid}"), "--values="+s.write(t, "values.yaml", block.Text))
	default:
		t.Errorf("%v: neither an object, a configuration, nor values of the chart: say before it why it cannot be tried, as <!-- not run: ... -->", block)
	}
}

// compliant requires of a pod that is shown that it may be copied.
func (s *stack) compliant(t *testing.T, block Block) {
	t.Helper()
	var pod corev1.Pod
	if err := yaml.UnmarshalStrict([]byte(block.Text), &pod); err != nil {
		t.Fatalf("%v: %v", block, err)
	}
	facts := securitycontext.Score(securitycontext.FromPod(&pod)).Facts
	if percent, ok := policy.PointsOf(&facts).Percent(); !ok || percent != 100 {
		t.Errorf("%v: the pod scores %d, want 100", block, percent)
	}
	for _, name := range policy.Presets() {
		preset, err := policy.Preset(name)
		if err != nil {
			t.Fatal(err)
		}
		if !preset.Compliant(&facts) {
			t.Errorf("%v: under the preset %s the pod is not compliant", block, name)
		}
	}
}

// shell runs a page's commands, one block after another in one shell.
func (s *stack) shell(t *testing.T, blocks []Block) {
	t.Helper()
	script, any := "", false
	for _, block := range blocks {
		if block.Language == "sh" && block.NotRun == "" {
			script += "echo \"# " + block.String() + "\" >&2; set -x\n" + block.Text + "{ set +x; } 2>/dev/null\n"
			any = true
		}
	}
	if !any {
		return
	}
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	command := exec.CommandContext(ctx, "sh", "-e", "-c", script)
	command.Dir, command.Env = filepath.Join(s.dir, "checkout"), s.env
	if said, err := command.CombinedOutput(); err != nil {
		lines := strings.Split(string(said), "\n")
		t.Errorf("%v; the last lines:\n%s", err, strings.Join(lines[max(0, len(lines)-25):], "\n"))
	}
	if said, err := os.ReadFile(filepath.Join(s.dir, "failed")); err == nil {
		t.Errorf("in the background: %s", said)
	}
}

// shown requires of series that are shown that the sample workloads have them.
func (s *stack) shown(t *testing.T, block Block) {
	t.Helper()
	if block.NotRun != "" {
		return
	}
	for line := range strings.Lines(block.Text) {
		series, want, found := strings.Cut(strings.TrimSpace(line), "} ")
		if !found || !strings.HasPrefix(series, "podscore_") {
			t.Errorf("%v: %q is no series: say before the block why it cannot be tried", block, line)
			continue
		}
		value, _, _, err := s.prometheus.API.Query(t.Context(), series+"} == "+want, time.Now())
		if vector, _ := value.(model.Vector); err != nil || len(vector) != 1 {
			t.Errorf("%v: of the sample workloads %s} is not %s: %v %v", block, series, want, value, err)
		}
	}
}

// succeeds runs a program that must.
func (s *stack) succeeds(t *testing.T, block Block, program string, args ...string) {
	t.Helper()
	command := exec.CommandContext(t.Context(), program, args...)
	command.Env = s.env
	if said, err := command.CombinedOutput(); err != nil {
		t.Errorf("%v: %s: %v\n%s", block, filepath.Base(program), err, said)
	}
}

func (s *stack) write(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
