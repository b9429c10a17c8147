// Package explanations tells people whom an alert has reached what the pods of a workload
// fail: what holds now and where it comes from, what to write and where, and what that may
// break.
package explanations
