package securitycontext

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"

	"github.com/podscore/podscore/test/docs"
)

// field is a field of a security context, at the pod's level or a container's.
type field struct {
	path string
	// checks are the ids of the checks that judge it, other than the two
	// *-security-context checks, which judge whether any field is set.
	checks string
	// why says why no check judges the field; "" if one does.
	why string
}

const (
	onTheNode   = "the profile itself lies on the node, and no pod shows it"
	onlyLevel   = "categories only part containers from each other; Pod Security leaves them alone too"
	accounts    = "Windows' own accounts: the control names none, and Pod Security asks of Windows only `hostProcess`"
	credentials = "names the identity that the container has in the domain, not what it may do on the node"
)

var fields = []field{
	{"pod.seLinuxOptions.type", "selinux-options", ""},
	{"pod.seLinuxOptions.user", "selinux-options", ""},
	{"pod.seLinuxOptions.role", "selinux-options", ""},
	{"pod.seLinuxOptions.level", "", onlyLevel},
	{"pod.windowsOptions.hostProcess", "windows-host-process", ""},
	{"pod.windowsOptions.runAsUserName", "", accounts},
	{"pod.windowsOptions.gmsaCredentialSpecName", "", credentials},
	{"pod.windowsOptions.gmsaCredentialSpec", "", credentials},
	{"pod.runAsUser", "run-as-user, run-as-user-zero", ""},
	{"pod.runAsGroup", "run-as-group", ""},
	{"pod.runAsNonRoot", "run-as-non-root", ""},
	{"pod.supplementalGroups", "fs-group", ""},
	{"pod.supplementalGroupsPolicy", "", "leaves out, or not, groups that the image's own files name, and no pod shows those"},
	{"pod.fsGroup", "fs-group", ""},
	{"pod.fsGroupChangePolicy", "", "says when files change their group, not to which"},
	{"pod.sysctls.name", "sysctls", ""},
	{"pod.sysctls.value", "", "what is safe is safe with every value"},
	{"pod.seccompProfile.type", "seccomp-profile", ""},
	{"pod.seccompProfile.localhostProfile", "", onTheNode},
	{"pod.appArmorProfile.type", "apparmor-profile", ""},
	{"pod.appArmorProfile.localhostProfile", "", onTheNode},
	{"pod.seLinuxChangePolicy", "", "says how volumes get their label, not which"},

	{"container.capabilities.add", "capabilities-add, allow-privilege-escalation", ""},
	{"container.capabilities.drop", "capabilities-drop-all", ""},
	{"container.privileged", "privileged, capabilities-drop-all, allow-privilege-escalation, seccomp-profile", ""},
	{"container.seLinuxOptions.type", "selinux-options", ""},
	{"container.seLinuxOptions.user", "selinux-options", ""},
	{"container.seLinuxOptions.role", "selinux-options", ""},
	{"container.seLinuxOptions.level", "", onlyLevel},
	{"container.windowsOptions.hostProcess", "windows-host-process", ""},
	{"container.windowsOptions.runAsUserName", "", accounts},
	{"container.windowsOptions.gmsaCredentialSpecName", "", credentials},
	{"container.windowsOptions.gmsaCredentialSpec", "", credentials},
	{"container.runAsUser", "run-as-user, run-as-user-zero", ""},
	{"container.runAsGroup", "run-as-group", ""},
	{"container.runAsNonRoot", "run-as-non-root", ""},
	{"container.readOnlyRootFilesystem", "read-only-root-filesystem", ""},
	{"container.allowPrivilegeEscalation", "allow-privilege-escalation", ""},
	{"container.procMount", "proc-mount", ""},
	{"container.seccompProfile.type", "seccomp-profile", ""},
	{"container.seccompProfile.localhostProfile", "", onTheNode},
	{"container.appArmorProfile.type", "apparmor-profile", ""},
	{"container.appArmorProfile.localhostProfile", "", onTheNode},
}

// TestEveryFieldIsJudgedOrExplained fails if the API has a field of a security context
// that is not in the list above, and if the list is wrong: a field must change the
// results of exactly the checks that are listed for it.
func TestEveryFieldIsJudgedOrExplained(t *testing.T) {
	listed := map[string]field{}
	for _, f := range fields {
		if _, twice := listed[f.path]; twice || (f.checks == "") == (f.why == "") {
			t.Errorf("%s is listed twice, or has not exactly one of checks and a reason why there are none", f.path)
		}
		listed[f.path] = f
	}
	found := map[string]bool{}
	for _, path := range slices.Concat(
		leaves("pod", reflect.TypeFor[corev1.PodSecurityContext]()), leaves("container", reflect.TypeFor[corev1.SecurityContext]())) {
		found[path] = true
		f, known := listed[path]
		if !known {
			t.Errorf("the API has %s: judge it, or say in fields_test.go why no check does", path)
			continue
		}
		want := setOf(strings.Split(f.checks, ", ")...)
		if got := judgedBy(t, path); got != want {
			t.Errorf("%s changes the answers of %v, listed are %v", path, ids(got), ids(want))
		}
	}
	for path := range listed {
		if !found[path] {
			t.Errorf("the API has no %s: take it off the list", path)
		}
	}
}

// leaves returns the paths of all fields of a type that are not structs themselves.
func leaves(path string, t reflect.Type) []string {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct {
		return []string{path}
	}
	var paths []string
	for i := range t.NumField() {
		paths = append(paths, leaves(path+"."+jsonName(t.Field(i)), t.Field(i).Type)...)
	}
	return paths
}

// judgedBy returns the checks whose result changes when only this field changes, in
// the good pod or in one without security contexts.
func judgedBy(t *testing.T, path string) CheckSet {
	t.Helper()
	var changed CheckSet
	good, bare := goodPod("good"), goodPod("bare")
	bare.Spec.SecurityContext, bare.Spec.Containers[0].SecurityContext = nil, nil
	for _, pod := range []*corev1.Pod{good, bare} {
		var first *outcome
		for _, value := range []any{false, true, "", "ALL", "NET_BIND_SERVICE", "SYS_ADMIN", "Default", "net.ipv4.tcp_rmem", "RuntimeDefault", "spc_t", int64(0), int64(7)} {
			other := pod.DeepCopy()
			context := reflect.ValueOf(&other.Spec.SecurityContext).Elem()
			if strings.HasPrefix(path, "container.") {
				context = reflect.ValueOf(&other.Spec.Containers[0].SecurityContext).Elem()
			}
			if !set(context, strings.Split(path, ".")[1:], value) {
				continue
			}
			answer := outcomeOf(other)
			if first == nil {
				first = &answer
			}
			changed |= answer.failed ^ first.failed | answer.notApplicable ^ first.notApplicable
		}
		if first == nil {
			t.Fatalf("no value is of the type of %s: add one", path)
		}
	}
	return changed
}

// set sets the field at a path of names to a value, and allocates what is nil on the
// way. It reports whether the value has the field's type.
func set(target reflect.Value, path []string, value any) bool {
	switch target.Kind() {
	case reflect.Pointer:
		if target.IsNil() {
			target.Set(reflect.New(target.Type().Elem()))
		}
		return set(target.Elem(), path, value)
	case reflect.Slice:
		target.Set(reflect.MakeSlice(target.Type(), 1, 1))
		return set(target.Index(0), path, value)
	case reflect.Struct:
		for i := range target.NumField() {
			if jsonName(target.Type().Field(i)) == path[0] {
				return set(target.Field(i), path[1:], value)
			}
		}
		return false
	}
	given := reflect.ValueOf(value)
	if given.Kind() != target.Kind() {
		return false
	}
	target.Set(given.Convert(target.Type()))
	return true
}

// fieldsTable returns the fields that no check judges, and why, for the documentation.
func fieldsTable() string {
	var rows [][]string
	for _, f := range fields {
		if f.why == "" {
			continue
		}
		row := slices.IndexFunc(rows, func(row []string) bool { return row[1] == f.why })
		if row < 0 {
			rows = append(rows, []string{"`" + f.path + "`", f.why})
			continue
		}
		rows[row][0] += ", `" + f.path + "`"
	}
	return docs.Table([]string{"field", "is judged by no check, because"}, rows)
}

// jsonName returns the name of a struct's field in JSON and YAML.
func jsonName(field reflect.StructField) string {
	name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
	return name
}
