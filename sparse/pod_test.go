package sparse

import (
	"encoding/json"
	"fmt"
	"reflect"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/podscore/podscore/securitycontext"
	"github.com/podscore/podscore/workload"
)

var (
	_ client.Object     = &Pod{}
	_ client.ObjectList = &PodList{}
)

// differs returns how the sparse reading of a message differs from the official
// decoding; "" if it does not.
func differs(message []byte, whole *corev1.Pod) string {
	want := securitycontext.FromPod(whole)
	var r reading
	if err := r.read(message); err != nil {
		return "it is refused: " + err.Error()
	}
	got, err := r.spec.pod(&r.metadata, finishedPhase(r.phase))
	if err != nil {
		return "its security contexts are refused: " + err.Error()
	}
	if !reflect.DeepEqual(got, want) {
		return fmt.Sprintf("the checks read\n%+v\nof the whole pod\n%+v", got, want)
	}
	var pod Pod
	if err := pod.Unmarshal(message); err != nil {
		return "it is refused: " + err.Error()
	}
	return differsInResult(&pod, whole)
}

// differsInResult returns how a pod differs from the whole pod in what its methods
// return; "" if it does not.
func differsInResult(pod *Pod, whole *corev1.Pod) string {
	result := securitycontext.Score(securitycontext.FromPod(whole))
	for _, c := range []struct {
		what      string
		got, want any
	}{
		{"namespace", pod.GetNamespace(), whole.Namespace},
		{"name", pod.GetName(), whole.Name},
		{"uid", pod.GetUID(), whole.UID},
		{"resource version", pod.GetResourceVersion(), whole.ResourceVersion},
		{"creation", pod.GetCreationTimestamp().UTC(), whole.CreationTimestamp.UTC()},
		{"workload", pod.Workload(), workload.Of(whole)},
		{"end of initial events", endsList(pod), endsList(whole) && whole.Name == ""},
		{"facts", pod.Facts(), &result.Facts},
	} {
		if !reflect.DeepEqual(c.got, c.want) {
			return fmt.Sprintf("%s: %+v, of the whole pod %+v", c.what, c.got, c.want)
		}
	}
	return ""
}

// endsList reports whether a bookmark marks the end of a streamed list.
func endsList(pod metav1.Object) bool {
	return pod.GetAnnotations()[metav1.InitialEventsAnnotationKey] == "true"
}

// encode returns a pod in protobuf, as the API server writes it, and that decoded again
// by the official type.
func encode(t testing.TB, pod *corev1.Pod) (message []byte, whole *corev1.Pod) {
	t.Helper()
	message, err := pod.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	whole = &corev1.Pod{}
	if err := whole.Unmarshal(message); err != nil {
		t.Fatal(err)
	}
	return message, whole
}

// decode encodes a pod and reads it sparsely.
func decode(t testing.TB, pod *corev1.Pod) *Pod {
	t.Helper()
	message, _ := encode(t, pod)
	read := &Pod{}
	if err := read.Unmarshal(message); err != nil {
		t.Fatal(err)
	}
	return read
}

// TestReadsAsTheWholePod: whatever is in a pod, reading it sparsely loses and changes
// nothing that podscore needs.
func TestReadsAsTheWholePod(t *testing.T) {
	windows, affine, finished, owned, failing, behind, volumes, devices := 0, 0, 0, 0, 0, 0, 0, 0
	randomPods(t, 4000, func(seed int64, pod *corev1.Pod) {
		message, whole := encode(t, pod)
		if difference := differs(message, whole); difference != "" {
			t.Fatalf("seed %d: %s", seed, difference)
		}
		if unknown := decode(t, pod).Unknown(); unknown != nil {
			t.Fatalf("seed %d: the library's own fields %q are not known", seed, unknown)
		}
		read, without := securitycontext.FromPod(whole), whole.DeepCopy()
		without.Spec.Affinity = nil
		for i := range without.Spec.Containers {
			without.Spec.Containers[i].VolumeDevices = nil
		}
		for count, is := range map[*int]bool{
			&windows: read.Windows, &affine: read.Windows != securitycontext.FromPod(without).Windows, &finished: read.Finished,
			&volumes: read.OwnedVolume, &devices: read.OwnedVolume != securitycontext.FromPod(without).OwnedVolume,
			&owned: metav1.GetControllerOf(whole) != nil, &behind: standsBehind(whole), &failing: securitycontext.Score(securitycontext.FromPod(whole)).Failed != 0,
		} {
			if is {
				*count++
			}
		}
	})
	if min(windows, affine, finished, owned, failing, behind, volumes, devices) < 100 {
		t.Errorf("too few among the random pods: %d Windows pods, of %d affinity decides, %d finished, %d owned, %d of them by something else behind, %d failing, %d with volumes that count, of %d devices decide",
			windows, affine, finished, owned, behind, failing, volumes, devices)
	}
}

// standsBehind reports whether a pod's workload is neither the pod nor its owner.
func standsBehind(whole *corev1.Pod) bool {
	owner, w := metav1.GetControllerOf(whole), workload.Of(whole)
	return owner != nil && w.Kind != "Pod" && w.Kind != owner.Kind
}

func TestReadsJSON(t *testing.T) {
	list, whole := []json.RawMessage{}, []*corev1.Pod{}
	randomPods(t, 500, func(seed int64, pod *corev1.Pod) {
		_, pod = encode(t, pod) // protobuf drops empty fields, so that they are not in the JSON
		text, err := json.Marshal(pod)
		if err != nil {
			return // a name that is not UTF-8, or a quantity out of range
		}
		var want corev1.Pod
		if err := json.Unmarshal(text, &want); err != nil {
			t.Fatal(err)
		}
		var read Pod
		if err := json.Unmarshal(text, &read); err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		if difference := differsInResult(&read, &want); difference != "" {
			t.Fatalf("seed %d: %s", seed, difference)
		}
		list, whole = append(list, text), append(whole, &want)
	})
	text, err := json.Marshal(map[string]any{"metadata": map[string]string{"continue": "token"}, "items": list})
	if err != nil {
		t.Fatal(err)
	}
	var read PodList
	if err := json.Unmarshal(text, &read); err != nil || read.Continue != "token" || len(read.Items) != len(whole) || len(whole) < 400 {
		t.Fatalf("got a list of %d, want %d, continue %q: %v", len(read.Items), len(whole), read.Continue, err)
	}
	for i := range whole {
		if difference := differsInResult(read.Items[i], whole[i]); difference != "" {
			t.Fatalf("item %d: %s", i, difference)
		}
	}
	for _, wrong := range []string{`{"spec": 1}`, `{`, `[]`} {
		if json.Unmarshal([]byte(wrong), &Pod{}) == nil || json.Unmarshal([]byte(wrong), &PodList{}) == nil && wrong != `{"spec": 1}` {
			t.Errorf("%s passes for a pod or a list", wrong)
		}
	}
}

func TestReadsLists(t *testing.T) {
	whole := corev1.PodList{ListMeta: metav1.ListMeta{ResourceVersion: "7", Continue: "token", ShardInfo: &metav1.ShardInfo{Selector: "s"}}}
	randomPods(t, 50, func(_ int64, pod *corev1.Pod) { whole.Items = append(whole.Items, *pod) })
	message, err := whole.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	var read PodList
	if err := read.Unmarshal(message); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(read.ListMeta, whole.ListMeta) || len(read.Items) != len(whole.Items) {
		t.Fatalf("got %d pods and %+v, want %d and %+v", len(read.Items), read.ListMeta, len(whole.Items), whole.ListMeta)
	}
	for i := range whole.Items {
		_, item := encode(t, &whole.Items[i])
		if difference := differsInResult(read.Items[i], item); difference != "" {
			t.Fatalf("item %d: %s", i, difference)
		}
	}
	clone := read.DeepCopyObject().(*PodList)
	if !reflect.DeepEqual(clone, &read) || clone.Items[0] == read.Items[0] {
		t.Error("a deep copy is not the same, or not a copy")
	}
	if read.Unmarshal(message[:len(message)-1]) == nil {
		t.Error("a list that ends too early is no error")
	}
}

// TestDamagedBytes: a message that ends early, or in which a bit is wrong, is an error,
// or a valid message by accident. Then it is read as the official decoding reads it.
func TestDamagedBytes(t *testing.T) {
	refused, stricter, wrongBits := 0, 0, 0
	check := func(message []byte, what string, seed int64) {
		var whole corev1.Pod
		if whole.Unmarshal(message) != nil { // there is nothing to compare with, but it must not panic
			if new(Pod).Unmarshal(message) != nil {
				refused++
			}
			return
		}
		if difference := differs(message, &whole); difference != "" {
			t.Fatalf("seed %d, %s: %s", seed, what, difference)
		}
	}
	randomPods(t, 60, func(seed int64, pod *corev1.Pod) {
		message, _ := encode(t, pod)
		step := 1 + len(message)/300
		for end := 0; end < len(message); end += step {
			check(message[:end], fmt.Sprintf("cut off at byte %d", end), seed)
			bad := append([]byte(nil), message...)
			bad[end] ^= 1 << (end % 8)
			wrongBits++
			if damaged := new(corev1.Pod); damaged.Unmarshal(bad) == nil && new(Pod).Unmarshal(bad) != nil {
				stricter++
				continue // stricter than the official decoding: out of range field numbers
			}
			check(bad, fmt.Sprintf("a wrong bit in byte %d", end), seed)
		}
	})
	if refused < 1000 {
		t.Errorf("only %d damaged messages were refused", refused)
	}
	if stricter > wrongBits/100 {
		t.Errorf("%d of %d messages with a wrong bit are refused, and the official decoding takes them", stricter, wrongBits)
	}
}

// TestUnusualMessages covers what protobuf allows and no API server of today sends.
func TestUnusualMessages(t *testing.T) {
	one := &corev1.Pod{Spec: corev1.PodSpec{
		SecurityContext: &corev1.PodSecurityContext{RunAsNonRoot: new(true)},
		Containers:      []corev1.Container{{Name: "a"}},
	}}
	two := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Name: "b"}, Spec: corev1.PodSpec{
		SecurityContext: &corev1.PodSecurityContext{RunAsUser: new(int64(0))},
		Containers:      []corev1.Container{{Name: "b", SecurityContext: &corev1.SecurityContext{}}},
	}}
	first, _ := encode(t, one)
	second, _ := encode(t, two)
	message := append(first, second...) // parts of one message
	var whole corev1.Pod
	if err := whole.Unmarshal(message); err != nil {
		t.Fatal(err)
	}
	if difference := differs(message, &whole); difference != "" {
		t.Error(difference)
	}
	for what, wrong := range map[string][]byte{
		"a name that is a number":         {0x0a, 0x02, 0x08, 0x01},
		"metadata that is a number":       {0x08, 0x01},
		"a field that ends a group":       {0x0c},
		"a field without a number":        {0x02, 0x00},
		"hostUsers that is a string":      {0x12, 0x03, 0xaa, 0x02, 0x00},
		"a security context that is cut":  {0x12, 0x03, 0x72, 0x01, 0x0a},
		"an owner whose name is a number": {0x0a, 0x06, 0x6a, 0x04, 0x30, 0x01, 0x18, 0x01},
	} {
		if err := new(Pod).Unmarshal(wrong); err == nil {
			t.Errorf("%s is no error", what)
		}
	}
}

func FuzzUnmarshal(f *testing.F) {
	randomPods(f, 40, func(_ int64, pod *corev1.Pod) {
		message, _ := encode(f, pod)
		f.Add(message)
	})
	f.Fuzz(func(t *testing.T, message []byte) {
		var whole corev1.Pod
		err := whole.Unmarshal(message)
		if sparse := new(Pod).Unmarshal(message); err != nil || sparse != nil {
			return
		}
		if difference := differs(message, &whole); difference != "" {
			t.Fatal(difference)
		}
	})
}

// typical returns a pod of a Deployment, without the bulk of real pods.
func typical(name string) *corev1.Pod {
	return &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{
			Namespace: "shop", Name: name, UID: "0f4c1e0a-6a3f-4c7e-9a55-2b1f3f7d9c11", ResourceVersion: "123456",
			CreationTimestamp: metav1.Unix(1_790_000_000, 0),
			Labels:            map[string]string{"app": "cart", "pod-template-hash": "5d9c7b8f"},
			OwnerReferences:   []metav1.OwnerReference{{APIVersion: "apps/v1", Kind: "ReplicaSet", Name: "cart-5d9c7b8f", Controller: new(true)}},
		},
		Spec: corev1.PodSpec{
			SecurityContext: &corev1.PodSecurityContext{RunAsNonRoot: new(true)},
			Containers:      []corev1.Container{{Name: "app", Image: "cart", SecurityContext: &corev1.SecurityContext{Privileged: new(false)}}, {Name: "proxy"}},
		},
		Status: corev1.PodStatus{Phase: corev1.PodRunning},
	}
}

func TestEqual(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*corev1.Pod)
		want   bool
	}{
		{"the resource version", func(p *corev1.Pod) { p.ResourceVersion = "1234567" }, true},
		{"the status", func(p *corev1.Pod) { p.Status.PodIP = "x" }, true},
		{"a label", func(p *corev1.Pod) { p.Labels["app"] = "x" }, true},
		{"the name", func(p *corev1.Pod) { p.Name = "x" }, false},
		{"the uid", func(p *corev1.Pod) { p.UID = "x" }, false},
		{"name and uid, moved by one byte", func(p *corev1.Pod) { p.Name, p.UID = p.Name+p.Name[:0]+"0", p.UID[1:] }, false},
		{"the namespace", func(p *corev1.Pod) { p.Namespace = "x" }, false},
		{"the owner", func(p *corev1.Pod) { p.OwnerReferences[0].Name = "x" }, false},
		{"the template's hash", func(p *corev1.Pod) { p.Labels["pod-template-hash"] = "x" }, false},
		{"the creation", func(p *corev1.Pod) { p.CreationTimestamp = metav1.Unix(1, 0) }, false},
		{"the phase", func(p *corev1.Pod) { p.Status.Phase = corev1.PodFailed }, false},
		{"that it says it is static", func(p *corev1.Pod) { p.Annotations = map[string]string{corev1.MirrorPodAnnotationKey: "x"} }, true},
		{"the image of a container that fails", func(p *corev1.Pod) { p.Spec.Containers[0].Image = "x" }, false},
		{"a security context", func(p *corev1.Pod) { p.Spec.SecurityContext = nil }, false},
	} {
		before, after := typical("a"), typical("a")
		c.change(after)
		if got := decode(t, before).Equal(decode(t, after)); got != c.want {
			t.Errorf("%s: equal %t, want %t", c.name, got, c.want)
		}
	}
}

func TestReadOnly(t *testing.T) {
	pod := decode(t, typical("a"))
	before := *pod
	pod.SetName("x")
	pod.SetLabels(map[string]string{})
	pod.SetResourceVersion("x")
	if *pod != before || !reflect.DeepEqual(pod.DeepCopyObject(), &before) {
		t.Error("a setter changes a pod that others share")
	}
}

// TestOnlyABookmarkEndsAList: the annotation counts on a bookmark, which has no name,
// and is ignored on a pod, where the author may have set it.
func TestOnlyABookmarkEndsAList(t *testing.T) {
	end := map[string]string{metav1.InitialEventsAnnotationKey: "true"}
	bookmark := decode(t, &corev1.Pod{ObjectMeta: metav1.ObjectMeta{ResourceVersion: "7", Annotations: end}})
	if !endsList(bookmark) || bookmark.GetResourceVersion() != "7" {
		t.Errorf("a bookmark of the API server has the annotations %v and the resource version %s", bookmark.GetAnnotations(), bookmark.GetResourceVersion())
	}
	if pod := decode(t, &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Name: "web", Annotations: end}}); endsList(pod) {
		t.Errorf("a pod has the annotations %v", pod.GetAnnotations())
	}
	if ours := Bookmark("7"); !reflect.DeepEqual(ours, &Pod{text: "7"}) || ours.GetResourceVersion() != "7" || ours.GetName() != "" || ours.GetUID() != "" {
		t.Errorf("a bookmark of podscore's carries %+v", ours)
	}
}

// TestALargeReadingIsNotKept: a reading keeps the memory that usual pods need, and not
// that of the largest pod that anybody can make.
func TestALargeReadingIsNotKept(t *testing.T) {
	for containers, kept := range map[int]bool{10: true, 2000: false} {
		pod := typical("wide")
		for i := range containers {
			name := fmt.Sprint("more-", i)
			pod.Spec.Containers = append(pod.Spec.Containers, corev1.Container{Name: name})
			metav1.SetMetaDataAnnotation(&pod.ObjectMeta, corev1.DeprecatedAppArmorBetaContainerAnnotationKeyPrefix+name, "unconfined")
		}
		message, _ := encode(t, pod)
		var r reading
		if err := r.read(message); err != nil {
			t.Fatal(err)
		}
		r.reset()
		if got := cap(r.spec.containers[regularContainers]) > 0 && cap(r.metadata.appArmor) > 0; got != kept {
			t.Errorf("after a pod of %d containers, the memory is kept: %t, want %t", containers, got, kept)
		}
	}
}
