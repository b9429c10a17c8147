package securitycontext

import (
	"flag"
	"os"
	"path/filepath"
	"slices"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/yaml"
)

var update = flag.Bool("update", false, "write the fixtures and generated docs instead of comparing with them")

// fixture changes the good pod in two ways, into one that passes a check and one that
// fails it, and that differ in as little as possible.
type fixture struct {
	pass, fail func(*corev1.Pod)
	// fails lists the ids of all checks that the failing pod fails; nil for the
	// fixture's check alone.
	fails []string
}

func unchanged(*corev1.Pod) {}

var fixtures = map[string]fixture{
	"run-as-non-root": {
		pass: unchanged,
		fail: func(p *corev1.Pod) { p.Spec.SecurityContext.RunAsNonRoot = nil },
	},
	"capabilities-drop-all": {
		pass: unchanged,
		fail: func(p *corev1.Pod) { container(p).Capabilities.Drop = []corev1.Capability{"NET_RAW"} },
	},
	"allow-privilege-escalation": {
		pass: unchanged,
		fail: func(p *corev1.Pod) { container(p).AllowPrivilegeEscalation = nil },
	},
	"seccomp-profile": {
		pass: unchanged,
		fail: func(p *corev1.Pod) { p.Spec.SecurityContext.SeccompProfile.Type = corev1.SeccompProfileTypeUnconfined },
	},
	"read-only-root-filesystem": {
		pass: unchanged,
		fail: func(p *corev1.Pod) { container(p).ReadOnlyRootFilesystem = nil },
	},
	"run-as-user": {
		pass: unchanged,
		fail: func(p *corev1.Pod) { p.Spec.SecurityContext.RunAsUser = nil },
	},
	"run-as-group": {
		pass: unchanged,
		fail: func(p *corev1.Pod) { p.Spec.SecurityContext.RunAsGroup = new(int64(0)) },
	},
	"pod-security-context": {
		pass:  unchanged,
		fail:  func(p *corev1.Pod) { p.Spec.SecurityContext = nil },
		fails: []string{"run-as-non-root", "seccomp-profile", "run-as-user", "run-as-group", "pod-security-context", "fs-group"},
	},
	"container-security-context": {
		pass: unchanged,
		fail: func(p *corev1.Pod) { p.Spec.Containers[0].SecurityContext = nil },
		fails: []string{
			"capabilities-drop-all", "allow-privilege-escalation", "read-only-root-filesystem", "container-security-context",
		},
	},
	"fs-group": {
		pass: unchanged,
		fail: func(p *corev1.Pod) { p.Spec.SecurityContext.FSGroup = nil },
	},
	"privileged": {
		pass: func(p *corev1.Pod) { container(p).Privileged = new(false) },
		fail: func(p *corev1.Pod) {
			container(p).Privileged = new(true)
			container(p).AllowPrivilegeEscalation = nil
		},
		fails: []string{"capabilities-drop-all", "allow-privilege-escalation", "seccomp-profile", "privileged"},
	},
	"windows-host-process": {
		pass: func(p *corev1.Pod) { windows(p, false) },
		fail: func(p *corev1.Pod) { windows(p, true) },
	},
	"run-as-user-zero": {
		pass: unchanged,
		fail: func(p *corev1.Pod) {
			p.Spec.SecurityContext.RunAsNonRoot = nil
			p.Spec.SecurityContext.RunAsUser = new(int64(0))
		},
		fails: []string{"run-as-non-root", "run-as-user", "run-as-user-zero"},
	},
	"capabilities-add": {
		pass: func(p *corev1.Pod) { container(p).Capabilities.Add = []corev1.Capability{"NET_BIND_SERVICE"} },
		fail: func(p *corev1.Pod) { container(p).Capabilities.Add = []corev1.Capability{"CHOWN"} },
	},
	"proc-mount": {
		pass: func(p *corev1.Pod) { container(p).ProcMount = new(corev1.DefaultProcMount) },
		fail: func(p *corev1.Pod) {
			container(p).ProcMount = new(corev1.UnmaskedProcMount)
			p.Spec.HostUsers = new(false) // the API server admits Unmasked in a user namespace only
		},
	},
	"apparmor-profile": {
		pass: func(p *corev1.Pod) { appArmor(p, corev1.AppArmorProfileTypeRuntimeDefault) },
		fail: func(p *corev1.Pod) { appArmor(p, corev1.AppArmorProfileTypeUnconfined) },
	},
	"selinux-options": {
		pass: func(p *corev1.Pod) {
			p.Spec.SecurityContext.SELinuxOptions = &corev1.SELinuxOptions{Type: "container_t"}
		},
		fail: func(p *corev1.Pod) { p.Spec.SecurityContext.SELinuxOptions = &corev1.SELinuxOptions{Type: "spc_t"} },
	},
	"sysctls": {
		pass: func(p *corev1.Pod) { sysctl(p, "net.ipv4.ip_unprivileged_port_start") },
		fail: func(p *corev1.Pod) { sysctl(p, "net.core.somaxconn") },
	},
}

func container(p *corev1.Pod) *corev1.SecurityContext { return p.Spec.Containers[0].SecurityContext }

func appArmor(p *corev1.Pod, profile corev1.AppArmorProfileType) {
	p.Spec.SecurityContext.AppArmorProfile = &corev1.AppArmorProfile{Type: profile}
}

func sysctl(p *corev1.Pod, name string) {
	p.Spec.SecurityContext.Sysctls = []corev1.Sysctl{{Name: name, Value: "80"}}
}

// windows makes a pod a Windows pod, for which the API server admits no Linux fields.
func windows(p *corev1.Pod, hostProcess bool) {
	p.Spec.OS = &corev1.PodOS{Name: corev1.Windows}
	p.Spec.HostNetwork = hostProcess // the API server admits HostProcess with hostNetwork only
	p.Spec.SecurityContext = &corev1.PodSecurityContext{
		RunAsNonRoot:   new(true),
		WindowsOptions: &corev1.WindowsSecurityContextOptions{HostProcess: &hostProcess},
	}
	p.Spec.Containers[0].SecurityContext = nil
}

// goodPod returns a pod that scores 100, with a volume so that fs-group applies.
func goodPod(name string) *corev1.Pod {
	return &corev1.Pod{
		TypeMeta:   metav1.TypeMeta{APIVersion: "v1", Kind: "Pod"},
		ObjectMeta: metav1.ObjectMeta{Name: name},
		Spec: corev1.PodSpec{
			SecurityContext: &corev1.PodSecurityContext{
				RunAsNonRoot:   new(true),
				RunAsUser:      new(int64(1000)),
				RunAsGroup:     new(int64(3000)),
				FSGroup:        new(int64(2000)),
				SeccompProfile: &corev1.SeccompProfile{Type: corev1.SeccompProfileTypeRuntimeDefault},
			},
			Containers: []corev1.Container{{
				Name:  "app",
				Image: "nginx",
				SecurityContext: &corev1.SecurityContext{
					AllowPrivilegeEscalation: new(false),
					ReadOnlyRootFilesystem:   new(true),
					Capabilities:             &corev1.Capabilities{Drop: []corev1.Capability{"ALL"}},
				},
			}},
			Volumes: []corev1.Volume{{Name: "data", VolumeSource: corev1.VolumeSource{EmptyDir: &corev1.EmptyDirVolumeSource{}}}},
		},
	}
}

func TestTwinFixtures(t *testing.T) {
	for id := range fixtures {
		if !slices.ContainsFunc(checks[:], func(c Check) bool { return c.ID == id }) {
			t.Errorf("a fixture stands for %q, which is no check", id)
		}
	}
	kept, err := os.ReadDir("testdata")
	if err != nil {
		t.Fatal(err)
	}
	for _, dir := range kept {
		if _, made := fixtures[dir.Name()]; !made && dir.Name() != "fuzz" {
			t.Errorf("testdata/%s belongs to no fixture: delete it", dir.Name())
		}
	}
	for i := range checks {
		id := checks[i].ID
		made, found := fixtures[id]
		if !found {
			t.Errorf("%s has no fixture: add one to fixtures_test.go", id)
			continue
		}
		t.Run(id, func(t *testing.T) {
			pass, fail := goodPod(id+"-pass"), goodPod(id+"-fail")
			made.pass(pass)
			made.fail(fail)
			if result := scoreFixture(t, id, "pass", pass); !result.Passed().Has(i) || len(result.Findings) > 0 {
				t.Errorf("the passing pod does not pass: %v", result.Findings)
			}
			want := made.fails
			if want == nil {
				want = []string{id}
			}
			if result := scoreFixture(t, id, "fail", fail); !result.Failed.Has(i) || !slices.Equal(ids(result.Failed), want) {
				t.Errorf("the failing pod fails %v, want %v", ids(result.Failed), want)
			}
		})
	}
}

// scoreFixture compares a pod with its file, or writes the file with -update, and
// scores the pod in the file.
func scoreFixture(t *testing.T, id, name string, pod *corev1.Pod) Result {
	t.Helper()
	path := filepath.Join("testdata", id, name+".yaml")
	made, err := yaml.Marshal(pod)
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, made, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	kept, err := os.ReadFile(path)
	if err != nil || string(kept) != string(made) {
		t.Fatalf("%s is not what fixtures_test.go makes (run make update): %v", path, err)
	}
	return Score(FromPod(parsePod(t, string(kept))))
}
