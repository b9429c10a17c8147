package controllers

import (
	"os"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/go-logr/logr"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client/apiutil"
	"sigs.k8s.io/yaml"

	"github.com/podscore/podscore/posture"
)

// TestResources: every row of the table is complete, the client can decode its list, and
// its sink accepts the objects that read returns.
func TestResources(t *testing.T) {
	scheme, err := NewScheme()
	if err != nil {
		t.Fatal(err)
	}
	mapper, err := NewRESTMapper(nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	inProtobuf, err := (&corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: "a", ResourceVersion: "7"}}).Marshal() // metadata is the same field in every kind
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range table {
		t.Run(r.name, func(t *testing.T) {
			for i, row := 0, reflect.ValueOf(*r); i < row.NumField(); i++ {
				if name := row.Type().Field(i).Name; row.Field(i).IsZero() && name != "selector" {
					t.Fatalf("the row has no %s", name)
				}
			}
			kind, err := apiutil.GVKForObject(r.newList(), scheme)
			if err != nil || kind != r.version.WithKind(r.kind+"List") {
				t.Errorf("its list is a %s, %v", kind, err)
			}
			mapping, err := mapper.RESTMapping(r.version.WithKind(r.kind).GroupKind(), r.version.Version)
			if err != nil || mapping.Resource.Resource != r.name || mapping.Scope != r.scope {
				t.Errorf("it is mapped to %+v, %v", mapping, err)
			}
			store := posture.New(posture.Options{Now: time.Now})
			sink := r.sink(&Reflectors{Cluster: &Cluster{Shard: WholeCluster, Log: logr.Discard()}, Store: store}, "")
			for _, object := range [][]byte{inProtobuf, []byte(`{"metadata": {"name": "a", "resourceVersion": "7"}}`)} {
				read, err := r.read(object, object[0] == '{')
				if err != nil {
					t.Fatal(err)
				}
				if got, err := meta.Accessor(read); err != nil || got.GetName() != "a" || got.GetResourceVersion() != "7" {
					t.Errorf("read %+v, %v", read, err)
				}
				if reflect.TypeOf(read) != reflect.TypeOf(r.example) {
					t.Errorf("read a %T, and the reflector expects a %T", read, r.example)
				}
				if err := sink.Replace([]any{read}, "7"); err != nil {
					t.Error(err)
				}
			}
		})
	}
}

// TestResourcesAreGranted: the roles in config/ grant list and watch on exactly the watched
// resources.
func TestResourcesAreGranted(t *testing.T) {
	for file, want := range map[string][]string{
		"../config/rbac/cluster_role.yaml": Resources(nil),
		"../config/namespaced/role.yaml":   Resources([]string{"shop"}),
	} {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var role rbacv1.ClusterRole // a Role has the same rules
		if err := yaml.Unmarshal(text, &role); err != nil {
			t.Fatal(err)
		}
		var granted []string
		for _, rule := range role.Rules {
			if !slices.Equal(rule.Verbs, []string{"list", "watch"}) {
				t.Errorf("%s grants to %v", file, rule.Verbs)
			}
			granted = append(granted, rule.Resources...)
		}
		if !slices.Equal(granted, want) {
			t.Errorf("%s grants %v, want what is watched: %v", file, granted, want)
		}
	}
}
