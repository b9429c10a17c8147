package securitycontext

import (
	"regexp"
	"testing"

	"github.com/podscore/podscore/test/docs"
)

// tools are the other tools of the table, with the form of their checks' ids.
var tools = []struct {
	name string
	id   *regexp.Regexp
}{
	{"Kubescape", regexp.MustCompile(`^C-\d{4}$`)},
	{"Trivy", regexp.MustCompile(`^KSV-\d{4}$`)},
	{"Polaris", regexp.MustCompile(`^[a-z]+([A-Z][a-z]+)+$`)},
	{"kube-linter", regexp.MustCompile(`^[a-z]+(-[a-z]+)+$`)},
	{"kube-score", regexp.MustCompile(`^container(-[a-z]+)+$`)},
	{"Checkov", regexp.MustCompile(`^CKV_K8S_\d+$`)},
	{"Kyverno", regexp.MustCompile(`^(disallow|require|restrict)(-[a-z]+)+$`)},
}

// elsewhere has, by check, the ids of the checks of other tools that check the same,
// in the order of tools, and in what they differ. The ids are from the tools' own
// repositories.
var elsewhere = map[string]struct {
	ids    [7][]string
	differ string
}{
	"run-as-non-root": {
		[7][]string{{"C-0013"}, {"KSV-0012"}, {"runAsRootAllowed"}, {"run-as-non-root"}, nil, {"CKV_K8S_23"}, {"require-run-as-nonroot"}},
		"Polaris and Checkov take a `runAsUser` above 0 for it; Kubescape wants ids above 999",
	},
	"capabilities-drop-all": {
		[7][]string{nil, {"KSV-0003", "KSV-0106"}, nil, {"drop-net-raw-capability"}, nil, {"CKV_K8S_37", "CKV_K8S_28"}, {"disallow-capabilities-strict", "require-drop-all"}},
		"kube-linter and CKV_K8S_28 are content with `NET_RAW`; CKV_K8S_37 takes every name that has `ALL` in it; none looks at `privileged` here",
	},
	"allow-privilege-escalation": {
		[7][]string{{"C-0016"}, {"KSV-0001"}, {"privilegeEscalationAllowed"}, {"privilege-escalation-container"}, nil, {"CKV_K8S_20"}, {"disallow-privilege-escalation"}},
		"kube-linter passes what is unset; for Checkov `SYS_ADMIN` is a check of its own, CKV_K8S_39, and for Trivy KSV-0005",
	},
	"seccomp-profile": {
		[7][]string{{"C-0210", "C-0211"}, {"KSV-0030", "KSV-0104"}, nil, nil, {"container-seccomp-profile"}, {"CKV_K8S_31"}, {"restrict-seccomp-strict"}},
		"Checkov fails `Localhost`, takes the legacy annotation, and asks no container where the pod says `RuntimeDefault`; kube-score's is off by default",
	},
	"read-only-root-filesystem": {
		[7][]string{{"C-0017"}, {"KSV-0014"}, {"notReadOnlyRootFilesystem"}, {"no-read-only-root-fs"}, {"container-security-context-readonlyrootfilesystem"}, {"CKV_K8S_22"}, {"require-ro-rootfs"}},
		"",
	},
	"run-as-user": {
		[7][]string{{"C-0013"}, {"KSV-0020"}, nil, nil, {"container-security-context-user-group-id"}, {"CKV_K8S_40"}, nil},
		"Kubescape wants ids above 999, the others of about 10000 and above",
	},
	"run-as-group": {
		[7][]string{{"C-0013"}, {"KSV-0021", "KSV-0116"}, nil, nil, {"container-security-context-user-group-id"}, nil, {"require-non-root-groups"}},
		"KSV-0021 and kube-score want ids of about 10000 and above; KSV-0116 and Kyverno pass what is unset",
	},
	"pod-security-context": {
		[7][]string{nil, {"KSV-0118"}, nil, nil, nil, {"CKV_K8S_29"}, nil},
		"",
	},
	"container-security-context": {
		[7][]string{nil, {"KSV-0118"}, nil, nil, nil, {"CKV_K8S_30"}, nil},
		"KSV-0118 passes a container with `{}` where the pod has a context",
	},
	"fs-group": {
		[7][]string{{"C-0211"}, {"KSV-0116"}, nil, nil, nil, nil, {"require-non-root-groups"}},
		"Kubescape fails every pod without `fsGroup`, with volumes or without, and passes 0; Trivy and Kyverno pass what is unset",
	},
	"privileged": {
		[7][]string{{"C-0057"}, {"KSV-0017"}, {"runAsPrivileged"}, {"privileged-container"}, {"container-security-context-privileged"}, {"CKV_K8S_16"}, {"disallow-privileged-containers"}},
		"",
	},
	"windows-host-process": {
		[7][]string{nil, {"KSV-0103"}, nil, nil, nil, nil, {"disallow-host-process"}},
		"",
	},
	"run-as-user-zero": {
		[7][]string{nil, {"KSV-0105"}, nil, nil, nil, nil, {"require-run-as-non-root-user"}},
		"Kyverno fails a pod's 0 that every container overrides",
	},
	"capabilities-add": {
		[7][]string{{"C-0046"}, {"KSV-0022", "KSV-0106", "KSV-0005"}, {"dangerousCapabilities", "insecureCapabilities"}, nil, nil, {"CKV_K8S_25", "CKV_K8S_39"}, {"disallow-capabilities", "disallow-capabilities-strict"}},
		"CKV_K8S_25 fails `NET_BIND_SERVICE` too; C-0046, Polaris and the baseline policies have lists of capabilities of their own",
	},
	"proc-mount": {
		[7][]string{{"C-0211"}, {"KSV-0027"}, nil, {"unsafe-proc-mount"}, nil, nil, {"disallow-proc-mount"}},
		"",
	},
	"apparmor-profile": {
		[7][]string{{"C-0055"}, {"KSV-0002"}, {"linuxHardening"}, nil, nil, nil, {"restrict-apparmor-profiles"}},
		"Kubescape and Polaris ask that one of AppArmor, seccomp, SELinux and capabilities is set at all",
	},
	"selinux-options": {
		[7][]string{{"C-0211"}, {"KSV-0025"}, nil, nil, nil, nil, {"disallow-selinux"}},
		"",
	},
	"sysctls": {
		[7][]string{{"C-0211"}, {"KSV-0026"}, nil, {"unsafe-sysctls"}, nil, nil, {"restrict-sysctls"}},
		"kube-linter goes by the beginnings of names, and so fails safe ones such as `net.ipv4.tcp_syncookies`",
	},
}

func TestEveryCheckIsLookedUpElsewhere(t *testing.T) {
	for _, check := range checks {
		if _, found := elsewhere[check.ID]; !found {
			t.Errorf("%s: say in tools_test.go under which ids other tools look at it", check.ID)
		}
	}
	for id, row := range elsewhere {
		if setOf(id) == 0 {
			t.Errorf("%q is no check", id)
		}
		for i, ids := range row.ids {
			for _, theirs := range ids {
				if !tools[i].id.MatchString(theirs) {
					t.Errorf("%s: %s has no ids such as %q", id, tools[i].name, theirs)
				}
			}
		}
	}
}

// toolsTable returns a table of the ids, and one of the differences.
func toolsTable() string {
	header := []string{"check"}
	for _, tool := range tools {
		header = append(header, tool.name)
	}
	var rows, differences [][]string
	for _, check := range checks {
		row := []string{"`" + check.ID + "`"}
		for _, ids := range elsewhere[check.ID].ids {
			cell := "-"
			for i, id := range ids {
				if i == 0 {
					cell = id
				} else {
					cell += ", " + id
				}
			}
			row = append(row, cell)
		}
		rows = append(rows, row)
		if differ := elsewhere[check.ID].differ; differ != "" {
			differences = append(differences, []string{"`" + check.ID + "`", differ})
		}
	}
	return docs.Table(header, rows) + "\n" + docs.Table([]string{"check", "where they differ"}, differences)
}
