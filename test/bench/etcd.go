package main

import (
	"bytes"
	"context"
	"strings"

	"go.etcd.io/etcd/api/v3/etcdserverpb"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer/protobuf"
	"k8s.io/client-go/kubernetes/scheme"
)

// etcd writes into the API server's storage without asking the API server,
// which would take many times as long.
type etcd struct {
	connection *grpc.ClientConn
	store      etcdserverpb.KVClient
}

// connect returns the etcd that serves at an address such as http://127.0.0.1:2379.
func connect(url string) (*etcd, error) {
	address := strings.TrimPrefix(url, "http://")
	connection, err := grpc.NewClient("passthrough:///"+address, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		return nil, err
	}
	return &etcd{connection, etcdserverpb.NewKVClient(connection)}, nil
}

func (e *etcd) close() error { return e.connection.Close() }

// An operation is a step of a transaction.
type operation = etcdserverpb.RequestOp

func write(key string, object runtime.Object) (*operation, error) {
	var value bytes.Buffer
	err := stored.Encode(object, &value)
	put := &etcdserverpb.PutRequest{Key: []byte(key), Value: value.Bytes()}
	return &operation{Request: &etcdserverpb.RequestOp_RequestPut{RequestPut: put}}, err
}

// stored is the form in which the API server keeps objects: protobuf in an
// envelope that tells their type.
var stored = protobuf.NewSerializer(scheme.Scheme, scheme.Scheme)

// podKey is where the API server keeps a pod.
func podKey(pod *corev1.Pod) string { return "/registry/pods/" + pod.Namespace + "/" + pod.Name }

func putPod(pod *corev1.Pod) (*operation, error) { return write(podKey(pod), pod) }

func deletePod(pod *corev1.Pod) *operation {
	remove := &etcdserverpb.DeleteRangeRequest{Key: []byte(podKey(pod))}
	return &operation{Request: &etcdserverpb.RequestOp_RequestDeleteRange{RequestDeleteRange: remove}}
}

func putNamespace(name string) (*operation, error) {
	return write("/registry/namespaces/"+name, &corev1.Namespace{
		TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "Namespace"},
		ObjectMeta: metav1.ObjectMeta{
			Name: name, UID: "00000000-0000-4000-a000-000000000000", CreationTimestamp: metav1.Unix(1767225600, 0),
			Labels: map[string]string{corev1.LabelMetadataName: name},
		},
		Spec:   corev1.NamespaceSpec{Finalizers: []corev1.FinalizerName{corev1.FinalizerKubernetes}},
		Status: corev1.NamespaceStatus{Phase: corev1.NamespaceActive},
	})
}

// maxOperations is how many operations etcd takes in a transaction. So many
// pods stay below the 1.5 MiB that it takes in a request.
const maxOperations = 128

// commit makes all the changes at once.
func (e *etcd) commit(ctx context.Context, operations ...*operation) error {
	_, err := e.store.Txn(ctx, &etcdserverpb.TxnRequest{Success: operations})
	return err
}
