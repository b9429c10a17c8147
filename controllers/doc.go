// Package controllers watches pods and namespaces and tells posture how they
// are. It only reads the cluster.
//
// [CacheOptions] says what is watched and how little of it is kept, the
// reconcilers put what changed, and first_pass.go puts what was there before.
package controllers
