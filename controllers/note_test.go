package controllers

import (
	"reflect"
	"strings"
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
			Judged: posture.Judged{Hash: strings.Repeat("ab12", 16), Configurations: 7, Ended: at, Labels: 140},
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

// TestHashOnTheLease: only a hash as podscore writes it is read.
func TestHashOnTheLease(t *testing.T) {
	digits := strings.Repeat("0123456789abcdef", 4)
	for text, want := range map[string]string{
		digits: digits, "": "", "187002418574435": "", digits[1:]: "", digits + "0": "", digits + "\n": "", strings.ToUpper(digits): "", strings.Repeat("a", 200_000): "",
	} {
		lease := &coordinationv1.Lease{}
		lease.Annotations = map[string]string{configHash: text}
		if got := noteOn(lease).Judged.Hash; got != want {
			t.Errorf("of %.80q the hash is %q, want %q", text, got, want)
		}
	}
}
