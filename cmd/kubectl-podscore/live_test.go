package main

import (
	"strings"
	"testing"
	"time"

	"github.com/podscore/podscore/policy"
	"github.com/podscore/podscore/terminal/verdicts"
)

// TestTold: a template is told if none of its workload's pods was judged as it is.
func TestTold(t *testing.T) {
	var told told
	for i, c := range []struct {
		kind, namespace string
		status          policy.Status
		before          bool
	}{
		{"Pod", "shop", policy.Compliant, false},
		{"Pod", "shop", policy.Compliant, false},
		{"Deployment", "shop", policy.Compliant, true},
		{"Deployment", "shop", policy.Noncompliant, false},
		{"Deployment", "shop", policy.Noncompliant, true},
		{"Deployment", "shop-2", policy.Compliant, false},
	} {
		v := verdicts.Verdict{Kind: c.kind, Namespace: c.namespace, Status: c.status}
		v.Workload.Kind, v.Workload.Name = "Deployment", "cart"
		if got := told.before(&v); got != c.before {
			t.Errorf("number %d: it was told before: %t, want %t", i, got, c.before)
		}
	}
}

// TestProgress: a list that takes long is told in one line, which is gone at the end.
func TestProgress(t *testing.T) {
	var out strings.Builder
	now := time.Unix(0, 0)
	tell := progressTo(&out, func() time.Time { return now })
	tell("pods", 500, 1000)
	now = now.Add(2 * time.Second)
	tell("pods", 1000, 500)
	tell("pods", 1500, 0)
	now = now.Add(time.Second)
	tell("pods", 1500, 0)
	tell("", 0, 0)
	if want := "\r\x1b[K1000 of about 1500 pods read\r\x1b[K1500 pods read\r\x1b[K"; out.String() != want {
		t.Errorf("it writes %q, want %q", out.String(), want)
	}
	if progress(&out) != nil {
		t.Error("progress is told where there is no terminal")
	}
}
