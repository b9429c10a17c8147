package sparse

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"reflect"
	"runtime"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	apiruntime "k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer/protobuf"
	kubejson "sigs.k8s.io/json"
)

// wholeLists returns a serializer that reads and writes lists as the API server does.
func wholeLists(t testing.TB) *protobuf.Serializer {
	t.Helper()
	scheme := apiruntime.NewScheme()
	if err := corev1.AddToScheme(scheme); err != nil {
		t.Fatal(err)
	}
	return protobuf.NewSerializer(scheme, scheme)
}

// listsOf calls each with lists of 0, 1 and more random pods.
func listsOf(t testing.TB, each func(list *corev1.PodList)) {
	t.Helper()
	list := &corev1.PodList{
		TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "PodList"},
		ListMeta: metav1.ListMeta{ResourceVersion: "7", Continue: "token", RemainingItemCount: new(int64(1))},
	}
	each(list)
	randomPods(t, 12, func(_ int64, pod *corev1.Pod) {
		list.Items = append(list.Items, *pod)
		each(list)
	})
}

// inPieces reads a list in pieces, and each of its objects as a Pod with one.
func inPieces(message []byte, read func(io.Reader, func([]byte) error) ([]byte, error), one func(*Pod, []byte) error) (rest []byte, pods []*Pod, err error) {
	rest, err = read(bytes.NewReader(message), func(object []byte) error {
		pod := new(Pod)
		pods = append(pods, pod)
		return one(pod, object)
	})
	return rest, pods, err
}

// differsFromWhole compares what was read in pieces with a whole list.
func differsFromWhole(t *testing.T, whole, rest *corev1.PodList, pods []*Pod) {
	t.Helper()
	if !reflect.DeepEqual(rest.ListMeta, whole.ListMeta) || len(rest.Items) > 0 || len(pods) != len(whole.Items) {
		t.Fatalf("%d items and %d left in %+v, of the whole list %d in %+v", len(pods), len(rest.Items), rest.ListMeta, len(whole.Items), whole.ListMeta)
	}
	for i := range whole.Items {
		if difference := differsInResult(pods[i], &whole.Items[i]); difference != "" {
			t.Fatalf("item %d: %s", i, difference)
		}
	}
}

// TestReadListInPieces: a list of the API server is read in pieces as it is read as a
// whole, and a list that is cut off anywhere is an error.
func TestReadListInPieces(t *testing.T) {
	serializer := wholeLists(t)
	listsOf(t, func(list *corev1.PodList) {
		var message bytes.Buffer
		if err := serializer.Encode(list, &message); err != nil {
			t.Fatal(err)
		}
		rest, pods, err := inPieces(message.Bytes(), ReadList, (*Pod).Unmarshal)
		if err != nil {
			t.Fatal(err)
		}
		var left, whole corev1.PodList
		for from, into := range map[*[]byte]*corev1.PodList{&rest: &left, new(message.Bytes()): &whole} {
			if _, _, err := serializer.Decode(*from, nil, into); err != nil {
				t.Fatal(err)
			}
		}
		differsFromWhole(t, &whole, &left, pods)
		for end := 0; end < message.Len()-6; end += 1 + message.Len()/100 { // the last fields are empty: without them it is whole
			if _, _, err := inPieces(message.Bytes()[:end], ReadList, (*Pod).Unmarshal); err == nil {
				t.Fatalf("%d of %d bytes are taken for the whole", end, message.Len())
			}
		}
	})
}

// FuzzReadList: a list that both decoders accept is read in pieces as the official one
// reads it, and any bytes take memory in proportion to their number.
func FuzzReadList(f *testing.F) {
	serializer := wholeLists(f)
	listsOf(f, func(list *corev1.PodList) {
		var message bytes.Buffer
		if err := serializer.Encode(list, &message); err != nil {
			f.Fatal(err)
		}
		f.Add(message.Bytes())
		f.Add(message.Bytes()[:message.Len()/2])
	})
	f.Add([]byte("k8s\x00\x12\xff\xff\xff\xff\xff\xff\xff\xff\x7f\x12\xff\xff\xff\x07"))                      // pieces of all lengths
	f.Add([]byte("k8s\x00\x0a\x0d\x0a\x02v1\x12\x07PodList\x12\xff\xff\xff\xff\xff\xff\xff\xff\x7f\x12\x00")) // one that ends too early
	f.Fuzz(func(t *testing.T, message []byte) {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		rest, err := ReadList(bytes.NewReader(message), func([]byte) error { return nil })
		runtime.ReadMemStats(&after)
		if took := after.TotalAlloc - before.TotalAlloc; took > 1<<20+uint64(16*len(message)) {
			t.Fatalf("%d bytes took %d of memory", len(message), took)
		}
		var whole, left corev1.PodList
		_, pods, sparsely := inPieces(message, ReadList, (*Pod).Unmarshal)
		_, _, officially := serializer.Decode(message, nil, &whole)
		if err != nil || sparsely != nil || officially != nil {
			return
		}
		if _, _, err := serializer.Decode(rest, nil, &left); err != nil {
			t.Fatalf("what is left is no list: %v", err)
		}
		differsFromWhole(t, &whole, &left, pods)
	})
}

// FuzzReadJSONList: a list in JSON that both decoders accept is read in pieces as the
// official one reads it.
func FuzzReadJSONList(f *testing.F) {
	listsOf(f, func(list *corev1.PodList) {
		text, err := json.Marshal(list)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
		f.Add(text[:len(text)/2])
	})
	for _, text := range []string{`{"items": null}`, `{"items": [null]}`, `{"items": [{}], "items": []}`, `{"Items": [{}], "metadata": {"continue": "<&>"}}`, `{} {}`, `[]`, `null`} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		var whole, left corev1.PodList
		rest, pods, sparsely := inPieces(text, ReadJSONList, (*Pod).UnmarshalJSON)
		officially := kubejson.UnmarshalCaseSensitivePreserveInts(text, &whole)
		if sparsely != nil || officially != nil {
			return
		}
		if err := kubejson.UnmarshalCaseSensitivePreserveInts(rest, &left); err != nil {
			t.Fatalf("what is left is no list: %v", err)
		}
		for i := range whole.Items { // JSON can have empty fields, which protobuf drops
			_, wire := encode(t, &whole.Items[i])
			whole.Items[i] = *wire
		}
		differsFromWhole(t, &whole, &left, pods)
	})
}

// endless is a reader without an end, which counts the bytes that were read.
type endless struct {
	begin string
	count int
}

func (e *endless) Read(p []byte) (int, error) {
	n := copy(p, e.begin)
	e.begin = e.begin[n:]
	for i := n; i < len(p); i++ {
		p[i] = 'x'
	}
	e.count += len(p)
	return len(p), nil
}

// TestNoPieceIsTooLarge: a piece that is larger than LargestObject is an error, as soon
// as its length is read, or so many bytes of it.
func TestNoPieceIsTooLarge(t *testing.T) {
	tag := "\x12\xff\xff\xff\xff\xff\xff\xff\x7f" // field 2, of 2^56 bytes
	for name, c := range map[string]struct {
		begin string
		read  func(io.Reader, func([]byte) error) ([]byte, error)
	}{
		"an object":        {"k8s\x00" + tag + "\x12\xff\xff\xff\x7f", ReadList},
		"the list's data":  {"k8s\x00" + tag + "\x0a\xff\xff\xff\x7f", ReadList},
		"the envelope":     {"k8s\x00\x0a\xff\xff\xff\x7f", ReadList},
		"many small parts": {"k8s\x00" + strings.Repeat("\x0a\x80\x80\x80\x01"+strings.Repeat("x", 2<<20), 9), ReadList},
		"an object's JSON": {`{"items": [{"metadata": {"name": "`, ReadJSONList},
		"a field's JSON":   {`{"metadata": {"continue": "`, ReadJSONList},
		"a name in JSON":   {`{"`, ReadJSONList},
	} {
		in := &endless{begin: c.begin}
		_, err := c.read(in, func([]byte) error { return errors.New("there was an object") })
		if !errors.Is(err, errTooLarge) || in.count > 2*LargestObject {
			t.Errorf("%s: %v after %d bytes", name, err, in.count)
		}
	}
}
