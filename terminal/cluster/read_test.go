package cluster

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/rest"

	"github.com/podscore/podscore/workload"
)

// server answers each path with what a function returns; test/terminal asks a real one.
func server(t *testing.T, answer func(r *http.Request) (status int, object any)) *Client {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		status, object := answer(r)
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		_ = json.NewEncoder(w).Encode(object)
	}))
	t.Cleanup(s.Close)
	c, err := New(&rest.Config{Host: s.URL})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func failure(code int, reason metav1.StatusReason, message, continues string) (int, any) {
	return code, &metav1.Status{
		TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "Status"}, ListMeta: metav1.ListMeta{Continue: continues},
		Status: metav1.StatusFailure, Code: int32(code), Reason: reason, Message: message,
	}
}

func page(continues string, left int64, names ...string) (int, any) {
	list := &corev1.PodList{TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "PodList"}, ListMeta: metav1.ListMeta{Continue: continues, RemainingItemCount: &left}}
	for _, name := range names {
		list.Items = append(list.Items, corev1.Pod{ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: name}})
	}
	return http.StatusOK, list
}

// story tells what a Reader yields: names, and errors.
func story(t *testing.T, r Reader) string {
	t.Helper()
	var said []string
	for d := range r.Read(t.Context()) {
		for _, o := range d.Objects {
			said = append(said, o.Kind+" "+o.Name)
		}
		for _, err := range d.Errors {
			said = append(said, "error: "+err.Message)
		}
	}
	return strings.Join(said, "; ")
}

// TestPages: a list is read page by page, goes on where the server has forgotten its
// beginning, and tells what was read of one that ends early.
func TestPages(t *testing.T) {
	const expired = "The provided continue parameter is too old"
	for _, c := range []struct {
		name    string
		answers map[string]func() (int, any) // by the token
		want    string
		told    []string // the progress
	}{
		{"one page", map[string]func() (int, any){"": func() (int, any) { return page("", 0, "a", "b") }}, "Pod a; Pod b", nil},
		{"three pages", map[string]func() (int, any){
			"":  func() (int, any) { return page("1", 2, "a") },
			"1": func() (int, any) { return page("2", 1, "b") },
			"2": func() (int, any) { return page("", 0, "c") },
		}, "Pod a; Pod b; Pod c", []string{"pods 1 2", "pods 2 1"}},
		{"a token expires", map[string]func() (int, any){
			"":    func() (int, any) { return page("old", 2, "a") },
			"old": func() (int, any) { return failure(410, metav1.StatusReasonExpired, expired, "new") },
			"new": func() (int, any) { return page("", 0, "b") },
		}, "Pod a; Pod b", []string{"pods 1 2"}},
		{"the server never goes on", map[string]func() (int, any){
			"":    func() (int, any) { return page("old", 2, "a") },
			"old": func() (int, any) { return failure(410, metav1.StatusReasonExpired, expired, "old") },
		}, "Pod a; error: after 1 of them: cannot list pods in the namespace shop: " + expired, []string{"pods 1 2"}},
		{"forbidden", map[string]func() (int, any){
			"": func() (int, any) { return failure(403, metav1.StatusReasonForbidden, "pods is forbidden", "") },
		}, "error: you may not list pods in the namespace shop: ask for this right, and kubectl auth can-i list pods -n shop says whether you have it", nil},
		{"an error of two lines", map[string]func() (int, any){
			"": func() (int, any) { return failure(400, metav1.StatusReasonBadRequest, "bad\nselector", "") },
		}, "error: cannot list pods in the namespace shop: bad selector", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			client := server(t, func(r *http.Request) (int, any) {
				if q := r.URL.Query(); q.Get("limit") != "500" || q.Get("labelSelector") != "app=cart" || r.URL.Path != "/api/v1/namespaces/shop/pods" {
					t.Errorf("asked for %v", r.URL)
				}
				return c.answers[r.URL.Query().Get("continue")]()
			})
			var told []string
			r := Reader{Client: client, Scope: Scope{Namespace: "shop", Selector: "app=cart"}, Progress: func(resource string, read, left int) {
				told = append(told, fmt.Sprint(resource, " ", read, " ", left))
			}}
			if got := story(t, r); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
			if want := append(c.told, " 0 0"); !slices.Equal(told, want) {
				t.Errorf("the progress is %q, want %q", told, want)
			}
		})
	}
}

// TestTemplates: of all lists that may be read those templates come that make pods, as the
// pods that they would make; one that may not be read is told, and no reason to stop.
func TestTemplates(t *testing.T) {
	item := func(meta, spec string) string { return fmt.Sprintf(`{"metadata": {%s}, "spec": {%s}}`, meta, spec) }
	const controlled = `"ownerReferences": [{"kind": "Deployment", "name": "a", "controller": true}]`
	lists := map[string]string{
		"/api/v1/pods":                   `{"apiVersion": "v1", "kind": "PodList", "items": []}`,
		"/apis/apps/v1/deployments":      `{"apiVersion": "apps/v1", "kind": "DeploymentList", "items": [` + item(`"name": "cart"`, "") + "," + item(`"name": "hello-00001-deployment"`, `"template": {"metadata": {"labels": {"serving.knative.dev/service": "hello"}}}`) + `]}`,
		"/apis/apps/v1/statefulsets":     `{"apiVersion": "apps/v1", "kind": "StatefulSetList", "items": [` + item(`"name": "db"`, "") + `]}`,
		"/apis/batch/v1/cronjobs":        `{"apiVersion": "batch/v1", "kind": "CronJobList", "items": [` + item(`"name": "report"`, "") + `]}`,
		"/apis/batch/v1/jobs":            `{"apiVersion": "batch/v1", "kind": "JobList", "items": [` + item(`"name": "once"`, "") + "," + item(`"name": "run",`+controlled, "") + `, {"metadata": {"name": "ended"}, "status": {"conditions": [{"type": "Complete", "status": "True"}]}}]}`,
		"/apis/apps/v1/replicasets":      `{"apiVersion": "apps/v1", "kind": "ReplicaSetList", "items": [` + item(`"name": "alone"`, "") + "," + item(`"name": "cart-5d9c",`+controlled, "") + `]}`,
		"/api/v1/replicationcontrollers": `{"apiVersion": "v1", "kind": "ReplicationControllerList", "items": [` + item(`"name": "old"`, `"template": {}`) + "," + item(`"name": "older"`, "") + `]}`,
	}
	client := server(t, func(r *http.Request) (int, any) {
		if text, served := lists[r.URL.Path]; served {
			return http.StatusOK, json.RawMessage(text)
		}
		return failure(403, metav1.StatusReasonForbidden, "forbidden", "")
	})
	want := "Deployment cart; Deployment hello-00001-deployment; StatefulSet db; " +
		"error: you may not list daemonsets.apps in all namespaces: ask for this right, and kubectl auth can-i list daemonsets.apps --all-namespaces says whether you have it; " +
		"CronJob report; Job once; ReplicaSet alone; ReplicationController old"
	if got := story(t, Reader{Client: client, Templates: true}); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	var workloads []string
	r := Reader{Client: client, Templates: true}
	for d := range r.Read(t.Context()) {
		for _, o := range d.Objects {
			w := workload.Of(o.Pod)
			workloads = append(workloads, w.Kind+"/"+w.Name)
		}
	}
	if want := []string{"Deployment/cart", "Service/hello", "StatefulSet/db", "CronJob/report", "Job/once", "ReplicaSet/alone", "ReplicationController/old"}; !slices.Equal(workloads, want) {
		t.Errorf("the workloads are %q, want %q", workloads, want)
	}
	for range r.Read(t.Context()) { // whoever stops reading is left in peace
		break
	}
}

// TestKindOf: kinds are named as kubectl takes them.
func TestKindOf(t *testing.T) {
	for text, want := range map[string]string{
		"deploy": "Deployment", "deployments": "Deployment", "Deployment": "Deployment", "deployment.apps": "Deployment", "sts": "StatefulSet",
		"po": "Pod", "job": "Job", "Rollout": "Rollout", "rollout.argoproj.io": "rollout", "": "",
	} {
		if got := KindOf(text); got != want {
			t.Errorf("%q is a %q, want %q", text, got, want)
		}
	}
}
