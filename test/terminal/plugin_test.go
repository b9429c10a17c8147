package terminal

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"

	"github.com/podscore/podscore/test/harness"
)

// TestPlugin: kubectl finds the plugin, which takes kubectl's flags; who may list the pods of
// one namespace can scan it, and of everything else is told which right is missing.
func TestPlugin(t *testing.T) {
	is := open(t, &cluster)
	const ns = "rights"
	cluster.Namespace(t, ns)
	bare := corev1.PodSpec{NodeSelector: map[string]string{"nowhere": "true"}, Containers: []corev1.Container{{Name: "app", Image: "nginx"}}}
	cluster.Create(t,
		&corev1.Pod{ObjectMeta: metav1.ObjectMeta{Namespace: ns, Name: "bare", Labels: map[string]string{"app": "bare"}}, Spec: bare},
		harness.Account(ns, "reader"),
		&rbacv1.Role{ObjectMeta: metav1.ObjectMeta{Namespace: ns, Name: "reader"}, Rules: []rbacv1.PolicyRule{{APIGroups: []string{""}, Resources: []string{"pods"}, Verbs: []string{"list"}}}},
		&rbacv1.RoleBinding{
			ObjectMeta: metav1.ObjectMeta{Namespace: ns, Name: "reader"}, RoleRef: rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "Role", Name: "reader"},
			Subjects: []rbacv1.Subject{{Kind: rbacv1.ServiceAccountKind, Namespace: ns, Name: "reader"}},
		},
		&corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Namespace: ns, Name: "configuration"}, Data: map[string]string{
			"configuration.yaml": "apiVersion: podscore.io/v1alpha1\nkind: Configuration\nexemptions:\n- {name: bare, reason: a, namespaces: [rights], checks: [all]}\n",
			"README":             "It is not read.",
		}},
		&corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Namespace: ns, Name: "broken"}, Data: map[string]string{"a.yaml": "kind: Configuration\n"}},
	)
	selecting := is.write(t, "selecting.yaml", "apiVersion: podscore.io/v1alpha1\nkind: Configuration\nexemptions:\n- {name: by-label, reason: a, namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: rights}}, checks: [all]}\n")
	ended := is.write(t, "ended.yaml", strings.Replace(harness.Read(t, selecting), "reason: a", "reason: a, expires: 2020-01-01", 1))
	contexts := twoContexts(t, is, ns)
	reader := is.as(cluster.KubeconfigAs(t, ns, "reader"))
	const row = ns + "      Pod/bare   1      0       noncompliant   run-as-non-root,capabilities-drop-all,allow-privilege-escalation,seccomp-profile,read-only-root-filesystem\n"
	for _, c := range []struct {
		who         *terminal
		args        string
		status      int
		out, errOut string
	}{
		{is, "scan -n " + ns, 1, "NAMESPACE   WORKLOAD   PODS   SCORE   STATUS         REQUIRED AND FAILS\n" + row, "1 of 1 not compliant, mean score 0."},
		{is, "scan -A -l app=bare", 1, row, ""},
		{is, "scan -A -l app=bare --preset restricted -o name", 1, "pod/bare\n", ""},
		{is, "scan -A -l (", 2, "", "podscore: cannot list pods in all namespaces: "},
		{is, "scan -n nowhere", 0, "", "No pods were found: -n names a namespace, and -A asks for all."},
		{is.as(contexts), "scan", 1, row, ""},
		{is.as(contexts), "scan --context other", 0, "", "No pods were found"},
		{is.as(contexts), "scan --context nowhere", 2, "", "podscore: the kubeconfig leads to no API server: invalid configuration: [context was not found for specified context: nowhere"},
		{is, "scan -n " + ns + " --config configmap/rights/configuration", 0, "", "0 of 1 not compliant, 1 exempt.\n"},
		{is, "scan -n " + ns + " --config configmap/rights/broken", 2, "", "configmap/rights/broken/a.yaml:1:1: apiVersion is missing"},
		{is, "scan -n " + ns + " --config configmap/rights/none", 2, "", `podscore: --config: configmap/rights/none: cannot get configmaps in the namespace rights: configmaps "none" not found`},
		{is, "scan -n " + ns + " --config " + selecting, 0, "", "1 exempt"},
		{is, "scan -A -l app=bare --config " + selecting, 0, "", "1 exempt"},
		{is, "explain pod/bare -n " + ns, 0, "Pod rights/bare\n\n1 pod, bare, created ", "Judged by the preset cis"},
		{is, "explain po bare -n " + ns + " --config configmap/rights/configuration", 0, "exempt from everything by bare.", ""},
		{is, "explain pod/none -n " + ns, 2, "", `podscore: cannot get pods in the namespace rights: pods "none" not found`},
		{is, "explain deploy/none -n " + ns, 2, "", "podscore: no pod of Deployment/none runs in the namespace rights: --templates explains its template, and -f a manifest"},
		{is, "explain deploy/none --templates -n " + ns, 2, "", `podscore: cannot get deployments.apps in the namespace rights: deployments.apps "none" not found`},
		{is, "explain deployment/cart -n shop --as jane", 2, "", "podscore: you may not list pods in the namespace shop"},
		{is, "scan -n " + ns + " --as jane", 2, "", "podscore: you may not list pods in the namespace rights: ask for this right, and kubectl auth can-i list pods -n rights says whether you have it\n"},
		{is, "scan -n " + ns + " --as system:serviceaccount:rights:reader", 1, row, ""},

		{reader, "scan -n " + ns, 1, row, ""},
		{reader, "scan -A", 2, "", "podscore: you may not list pods in all namespaces: ask for this right, and kubectl auth can-i list pods --all-namespaces says whether you have it\n"},
		{reader, "explain pod/bare -n " + ns, 2, "", "podscore: you may not get pods in the namespace rights: ask for this right, and kubectl auth can-i get pods -n rights says whether you have it\n"},
		{reader, "scan -n " + ns + " --templates", 2, row, "you may not list cronjobs.batch in the namespace rights"},
		{reader, "scan -n " + ns + " --config configmap/rights/configuration", 2, "", "podscore: --config: configmap/rights/configuration: you may not get configmaps in the namespace rights: ask for this right"},
		{reader, "scan -n " + ns + " --config " + selecting, 2, row, `podscore: you may not get namespaces: ask for this right, and kubectl auth can-i get namespaces says whether you have it; so the exemptions ["by-label"], which select namespaces by their labels, hold nowhere`},
		{reader, "scan -n " + ns + " --config " + ended, 1, row, ""},
	} {
		t.Run(fmt.Sprint(filepath.Base(c.who.kubeconfig), " ", c.args), func(t *testing.T) {
			c.who.expect(t, c.args, c.status, c.out, c.errOut)
		})
	}
}

// expect runs a command line of the plugin, and requires its exit status and a part of what
// it writes.
func (is *terminal) expect(t *testing.T, args string, status int, out, errOut string) {
	t.Helper()
	got, stdout, stderr := is.run(t, append([]string{"podscore"}, strings.Fields(args)...)...)
	if got != status || !strings.Contains(stdout, out) || !strings.Contains(stderr, errOut) {
		t.Errorf("kubectl podscore %s: status %d, want %d; on standard output\n%s\nwant\n%s\nand on standard error\n%s\nwant\n%s", args, got, status, stdout, out, stderr, errOut)
	}
}

// twoContexts writes a kubeconfig with a context of a namespace, and one of another.
func twoContexts(t *testing.T, is *terminal, namespace string) (path string) {
	t.Helper()
	config, err := clientcmd.LoadFromFile(cluster.Kubeconfig)
	if err != nil {
		t.Fatal(err)
	}
	first := config.Contexts[config.CurrentContext]
	first.Namespace = namespace
	config.Contexts["other"] = &clientcmdapi.Context{Cluster: first.Cluster, AuthInfo: first.AuthInfo, Namespace: "nowhere"}
	path = filepath.Join(is.dir, "contexts.kubeconfig")
	if err := clientcmd.WriteToFile(*config, path); err != nil {
		t.Fatal(err)
	}
	return path
}
