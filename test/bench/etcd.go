package main

import (
	"context"
	"strings"

	"go.etcd.io/etcd/api/v3/etcdserverpb"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	corev1 "k8s.io/api/core/v1"

	"github.com/podscore/podscore/test/controlplane"
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

func write(object controlplane.Stored) (*operation, error) {
	value, err := object.Value()
	put := &etcdserverpb.PutRequest{Key: []byte(object.Key), Value: value}
	return &operation{Request: &etcdserverpb.RequestOp_RequestPut{RequestPut: put}}, err
}

func putPod(pod *corev1.Pod) (*operation, error) { return write(controlplane.StoredPod(pod)) }

func putNamespace(name string) (*operation, error) { return write(controlplane.StoredNamespace(name)) }

func deletePod(pod *corev1.Pod) *operation {
	remove := &etcdserverpb.DeleteRangeRequest{Key: []byte(controlplane.StoredPod(pod).Key)}
	return &operation{Request: &etcdserverpb.RequestOp_RequestDeleteRange{RequestDeleteRange: remove}}
}

// maxOperations is how many operations etcd takes in a transaction. So many
// pods stay below the 1.5 MiB that it takes in a request.
const maxOperations = 128

// commit makes all the changes at once.
func (e *etcd) commit(ctx context.Context, operations ...*operation) error {
	_, err := e.store.Txn(ctx, &etcdserverpb.TxnRequest{Success: operations})
	return err
}
