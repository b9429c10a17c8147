package securitycontext

import (
	"reflect"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"

	"github.com/podscore/podscore/test/docs"
)

// volumeKinds has every kind of volume of the API, whether it counts for fs-group, and
// why.
var volumeKinds = []struct {
	kinds  []string
	counts bool
	why    string
}{
	{[]string{"emptyDir", "persistentVolumeClaim", "csi", "iscsi", "fc", "flexVolume"}, true, "the kubelet sets the ownership of what it mounts writable"},
	{[]string{"ephemeral"}, true, "a claim made from a template, which with `volumeMode: Block` asks for a device"},
	{
		[]string{"awsElasticBlockStore", "azureDisk", "azureFile", "cinder", "gcePersistentDisk", "portworxVolume", "vsphereVolume"},
		true,
		"the kubelet makes CSI volumes of them",
	},
	{[]string{"configMap", "secret", "downwardAPI", "projected"}, false, "the kubelet writes them, and the container only reads"},
	{[]string{"hostPath"}, false, "the node's own files keep their owners"},
	{[]string{"nfs"}, false, "the server decides who owns what"},
	{[]string{"image"}, false, "read-only"},
	{
		[]string{"gitRepo", "glusterfs", "rbd", "cephfs", "flocker", "quobyte", "photonPersistentDisk", "scaleIO", "storageos"},
		false,
		"no current kubelet mounts them",
	},
}

// TestEveryKindOfVolume fails if the API has a kind that is not in volumeKinds, or for
// which volumeKinds is wrong.
func TestEveryKindOfVolume(t *testing.T) {
	counts := map[string]bool{}
	for _, group := range volumeKinds {
		for _, kind := range group.kinds {
			if _, twice := counts[kind]; twice {
				t.Errorf("%s is listed twice", kind)
			}
			counts[kind] = group.counts
		}
	}
	sources := reflect.TypeFor[corev1.VolumeSource]()
	for i := range sources.NumField() {
		kind := jsonName(sources.Field(i))
		want, listed := counts[kind]
		if !listed {
			t.Errorf("volumes of the kind %s are not listed: say in volumes_test.go whether they count for fs-group, and add those that do to volumes.go and to sparse/volume.go", kind)
			continue
		}
		delete(counts, kind)
		var volume corev1.Volume
		source := reflect.New(sources.Field(i).Type.Elem())
		reflect.ValueOf(&volume.VolumeSource).Elem().Field(i).Set(source)
		if got := ownedByFSGroup(&volume); got != want {
			t.Errorf("%s counts for fs-group: %t, want %t", kind, got, want)
		}
		readOnly := source.Elem().FieldByName("ReadOnly")
		if !readOnly.IsValid() {
			continue
		}
		for _, value := range []bool{false, true} {
			if readOnly.Kind() == reflect.Pointer {
				readOnly.Set(reflect.ValueOf(&value))
			} else {
				readOnly.SetBool(value)
			}
			if got := ownedByFSGroup(&volume); got != (want && !value) {
				t.Errorf("%s with readOnly: %t counts for fs-group: %t", kind, value, got)
			}
		}
	}
	if len(counts) > 0 {
		t.Errorf("the API has no volumes of the kinds %v: take them off the list", counts)
	}
}

// volumesTable returns volumeKinds for the documentation.
func volumesTable() string {
	var rows [][]string
	for _, group := range volumeKinds {
		rows = append(rows, []string{quoted(group.kinds), map[bool]string{true: "yes, unless `readOnly`", false: "no"}[group.counts], group.why})
	}
	return docs.Table([]string{"volumes", "count for `fs-group`", "because"}, rows)
}

func quoted(names []string) string {
	return "`" + strings.Join(names, "`, `") + "`"
}
