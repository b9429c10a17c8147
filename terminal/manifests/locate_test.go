package manifests

import (
	"fmt"
	"strings"
	"testing"

	"github.com/podscore/podscore/securitycontext"
)

const located = `# before
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: cart}
spec:
  template:
    metadata:
      annotations: {container.apparmor.security.beta.kubernetes.io/app: unconfined}
    spec:
      securityContext: &context
        runAsUser: 0
      containers:
      - name: app
        image: 'nginx'
        securityContext:
          "privileged": true
          capabilities: {add: [CHOWN]}
          seccompProfile:
            type: Unconfined
      - {name: log, securityContext: *context}
      - <<: {name: "é"}
`

// TestLocate: the region of a field, or of the nearest one that it would be in, is shown
// by the text between brackets.
func TestLocate(t *testing.T) {
	for _, c := range []struct{ path, want string }{
		{"spec.securityContext.runAsUser", "12: [runAsUser: 0]"},
		{"spec.securityContext.runAsGroup", "11: [securityContext]: &context"},
		{"spec.containers.0.securityContext.privileged", `17: ["privileged": true]`},
		{"spec.containers.0.image", "15: [image: 'nginx']"},
		{"spec.containers.0.securityContext.capabilities.add", "18: capabilities: {[add]: [CHOWN]}"},
		{"spec.containers.0.securityContext.capabilities.drop", "18: [capabilities]: {add: [CHOWN]}"},
		{"spec.containers.0.securityContext.seccompProfile.type", "20: [type: Unconfined]"},
		{"spec.containers.0.securityContext.runAsUser", "16: [securityContext]:"},
		{"spec.containers.0.volumeMounts", "14: - [name: app]"},
		{"spec.containers.1.securityContext", "21: - {name: log, [securityContext]: *context}"},
		{"spec.containers.1.securityContext.runAsUser", "12: [runAsUser: 0]"},
		{"spec.containers.1.image", "21: - [{]name: log, securityContext: *context}"},
		{"spec.containers.2.name", `22: - <<: {[name: "é"]}`},
		{"spec.containers.9", "13: [containers]:"},
		{"spec.initContainers", "10: [spec]:"},
		{"status", "7: [template]:"},
	} {
		for _, text := range []string{located, strings.ReplaceAll(located, "\n", "\r\n")} {
			if got := shown(onlyObject(t, text), strings.Split(c.path, ".")); got != c.want {
				t.Errorf("%s: got %s, want %s", c.path, got, c.want)
			}
		}
	}
}

// TestLocateInALongLine: of a file without line breaks only a part is shown.
func TestLocateInALongLine(t *testing.T) {
	label := func(name string) string { return `{"a": "` + strings.Repeat(name, 500) + `"}` }
	text := `{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a", "labels": ` + label("é") +
		`}, "spec": {"hostUsers": true, "containers": [], "nodeSelector": ` + label("x") + `}}`
	got := shown(onlyObject(t, text), securitycontext.Path{"spec", "hostUsers"})
	if !strings.Contains(got, `"spec": {["hostUsers": true], "containers"`) || len([]rune(got)) > longestText+20 {
		t.Errorf("got %s", got)
	}
}

// onlyObject returns the only object of a text.
func onlyObject(t *testing.T, text string) *Object {
	t.Helper()
	var objects []*Object
	r := Reader{Stdin: strings.NewReader(text)}
	for doc := range r.Read(Stdin) {
		if len(doc.Errors) > 0 {
			t.Fatal(doc.Errors)
		}
		objects = append(objects, doc.Objects...)
	}
	if len(objects) != 1 {
		t.Fatalf("%d objects, want 1, in\n%s", len(objects), text)
	}
	return objects[0]
}

// shown returns the line of a region with brackets around it.
func shown(o *Object, path securitycontext.Path) string {
	r := o.Locate(path)
	text := []rune(r.Text)
	end := r.Caret + r.EndColumn - r.Column
	return fmt.Sprintf("%d: %s", r.Line, strings.TrimSpace(string(text[:r.Caret])+"["+string(text[r.Caret:end])+"]"+string(text[end:])))
}
