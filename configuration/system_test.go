package configuration

import (
	"strings"
	"testing"

	"github.com/podscore/podscore/policy"
)

func TestTakeOut(t *testing.T) {
	for _, c := range []struct {
		namespaces []string
		takes      string // a namespace that is exempt
		wrong      string // in the error
	}{
		{SystemNamespaces(), "kube-system", ""},
		{[]string{"team-*"}, "team-a", ""},
		{[]string{"*"}, "", "every namespace"},
		{[]string{"Team"}, "", "no namespace's name"},
		{[]string{""}, "", "no namespace's name"},
	} {
		exemptions, err := TakeOut(c.namespaces)
		if (err != nil) != (c.wrong != "") || err != nil && !strings.Contains(err.Error(), c.wrong) {
			t.Errorf("%q: %v, want an error with %q", c.namespaces, err, c.wrong)
		}
		if err == nil && (len(exemptions) != 1 || exemptions[0].Name != policy.SystemNamespaces || !exemptions[0].Namespaces[0].Match(c.takes)) {
			t.Errorf("%q: %+v does not take out %s", c.namespaces, exemptions, c.takes)
		}
	}
	if exemptions, err := TakeOut(nil); len(exemptions) > 0 || err != nil {
		t.Errorf("no namespace: %v, %v", exemptions, err)
	}
}
