package sparse

import (
	"bytes"
	"encoding/json"
	"io"
	"reflect"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	apiruntime "k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	"k8s.io/apimachinery/pkg/runtime/serializer/protobuf"
	"k8s.io/apimachinery/pkg/runtime/serializer/streaming"
	"k8s.io/apimachinery/pkg/watch"
	restwatch "k8s.io/client-go/rest/watch"
	kubejson "sigs.k8s.io/json"
)

// FuzzUnmarshalList: a list that both decoders accept is read as the official one reads
// it, whatever is wrong with it.
func FuzzUnmarshalList(f *testing.F) {
	list := corev1.PodList{ListMeta: metav1.ListMeta{ResourceVersion: "7", Continue: "token", RemainingItemCount: new(int64(1))}}
	randomPods(f, 12, func(_ int64, pod *corev1.Pod) {
		list.Items = append(list.Items, *pod)
		message, err := list.Marshal()
		if err != nil {
			f.Fatal(err)
		}
		f.Add(message)
		f.Add(message[:len(message)/2])
	})
	f.Add([]byte{0x12, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01}) // an item of length -1
	f.Fuzz(func(t *testing.T, message []byte) {
		var whole corev1.PodList
		var read PodList
		officially := whole.Unmarshal(message)
		if sparsely := read.Unmarshal(message); officially != nil || sparsely != nil {
			return
		}
		if !reflect.DeepEqual(read.ListMeta, whole.ListMeta) || len(read.Items) != len(whole.Items) {
			t.Fatalf("%d items and %+v, of the whole list %d and %+v", len(read.Items), read.ListMeta, len(whole.Items), whole.ListMeta)
		}
		for i := range whole.Items {
			if difference := differsInResult(read.Items[i], &whole.Items[i]); difference != "" {
				t.Fatalf("item %d: %s", i, difference)
			}
		}
	})
}

// FuzzUnmarshalJSON: a pod in JSON that both decoders accept is read as the official
// one reads it, alone and in a list.
func FuzzUnmarshalJSON(f *testing.F) {
	randomPods(f, 12, func(_ int64, pod *corev1.Pod) {
		_, pod = encode(f, pod)
		if text, err := json.Marshal(pod); err == nil {
			f.Add(text)
			f.Add(text[:len(text)/2])
		}
	})
	f.Add([]byte(`{"metadata": {"name": "\ud800", "uid": null, "creationTimestamp": "yesterday"}}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		var whole corev1.Pod
		var read Pod
		if kubejson.UnmarshalCaseSensitivePreserveInts(text, &whole) != nil || read.UnmarshalJSON(text) != nil {
			return
		}
		_, wire := encode(t, &whole) // JSON can have empty fields, which protobuf drops
		if difference := differsInResult(&read, wire); difference != "" {
			t.Fatal(difference)
		}
		var list PodList
		if err := list.UnmarshalJSON(append(append([]byte(`{"items":[`), text...), `]}`...)); err != nil || len(list.Items) != 1 || !list.Items[0].Equal(&read) {
			t.Fatalf("a list of the pod has %d items: %v", len(list.Items), err)
		}
	})
}

// FuzzWatch reads the bytes of a watch with client-go's decoders. Every event that is
// accepted by both the sparse and the official types is the same in both, and the
// stream ends.
func FuzzWatch(f *testing.F) {
	var stream []byte
	types := []watch.EventType{watch.Added, watch.Modified, watch.Deleted, watch.Bookmark}
	randomPods(f, 8, func(seed int64, pod *corev1.Pod) {
		stream = append(stream, frame(f, types[seed%4], pod)...)
		f.Add(stream)
		f.Add(stream[:len(stream)-len(stream)/3])
	})
	f.Add([]byte{0xff, 0xff, 0xff, 0xff, 1, 2, 3})              // a length that is negative, or 4 GB
	f.Add([]byte{0, 0, 0, 0, 0, 0, 0, 0})                       // events of no bytes
	f.Add([]byte{0, 0, 0, 7, 0x0a, 5, 'A', 'D', 'D', 'E', 'D'}) // an event without an object
	sparse, whole := apiruntime.NewScheme(), apiruntime.NewScheme()
	for scheme, add := range map[*apiruntime.Scheme]func(*apiruntime.Scheme) error{sparse: AddToScheme, whole: corev1.AddToScheme} {
		if err := add(scheme); err != nil {
			f.Fatal(err)
		}
	}
	f.Fuzz(func(t *testing.T, stream []byte) {
		ours, theirs := decoderOf(stream, sparse), decoderOf(stream, whole)
		for {
			kind, object, err := ours.Decode()
			wantKind, wantObject, wantErr := theirs.Decode()
			pod, ok := object.(*Pod)
			want, wantOK := wantObject.(*corev1.Pod)
			if err != nil || wantErr != nil || !ok || !wantOK {
				return
			}
			if kind != wantKind {
				t.Fatalf("%s, of the whole pod %s", kind, wantKind)
			}
			if difference := differsInResult(pod, want); difference != "" {
				t.Fatal(difference)
			}
		}
	})
}

// frame returns an event in the bytes that the API server sends in a watch.
func frame(t testing.TB, kind watch.EventType, pod *corev1.Pod) []byte {
	t.Helper()
	scheme := apiruntime.NewScheme()
	if err := corev1.AddToScheme(scheme); err != nil {
		t.Fatal(err)
	}
	metav1.AddToGroupVersion(scheme, corev1.SchemeGroupVersion)
	pod = pod.DeepCopy()
	pod.APIVersion, pod.Kind = "v1", "Pod"
	var object, event, framed bytes.Buffer
	if err := protobuf.NewSerializer(scheme, scheme).Encode(pod, &object); err != nil {
		t.Fatal(err)
	}
	envelope := &metav1.WatchEvent{Type: string(kind), Object: apiruntime.RawExtension{Raw: object.Bytes()}}
	raw := protobuf.NewRawSerializer(scheme, scheme)
	if err := raw.Encode(envelope, &event); err != nil {
		t.Fatal(err)
	}
	if _, err := protobuf.LengthDelimitedFramer.NewFrameWriter(&framed).Write(event.Bytes()); err != nil {
		t.Fatal(err)
	}
	return framed.Bytes()
}

// decoderOf returns a decoder of a watch's bytes into the types of a scheme, made as in
// rest.Request.
func decoderOf(stream []byte, scheme *apiruntime.Scheme) *restwatch.Decoder {
	codecs := serializer.NewCodecFactory(scheme)
	raw := protobuf.NewRawSerializer(scheme, scheme)
	frames := protobuf.LengthDelimitedFramer.NewFrameReader(io.NopCloser(bytes.NewReader(stream)))
	return restwatch.NewDecoder(streaming.NewDecoder(frames, raw), codecs.UniversalDeserializer())
}
