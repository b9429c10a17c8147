package controllers

import (
	"reflect"
	"testing"
	"time"

	coordinationv1 "k8s.io/api/coordination/v1"

	"github.com/podscore/podscore/posture"
)

// TestNotesOnTheLease: what is written on the Lease is read again, and what is not there any
// more is removed.
func TestNotesOnTheLease(t *testing.T) {
	at := time.Date(2027, 3, 31, 0, 0, 0, 5, time.UTC)
	lease := &coordinationv1.Lease{}
	for _, note := range []posture.Note{
		{
			Exposed: map[string]uint64{"cart": 130, "shop": 123}, Held: map[string]uint64{"shop": 120}, At: at,
			Judged: posture.Judged{Hash: "ab12", Configurations: 7, Ended: at, Labels: 140},
		},
		{Exposed: map[string]uint64{"": 131}, At: at}, // as a podscore without configurations writes it
		{},
	} {
		if setNote(lease, note); !reflect.DeepEqual(noteOn(lease), note) {
			t.Errorf("got %+v, want %+v", noteOn(lease), note)
		}
	}
	if len(lease.Annotations) > 0 {
		t.Errorf("there is still %v", lease.Annotations)
	}
}
