package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestLaterVersion: a configuration of a later version of the API ends the start, and says
// which version is known.
func TestLaterVersion(t *testing.T) {
	path := filepath.Join(t.TempDir(), "later.yaml")
	if err := os.WriteFile(path, []byte("apiVersion: podscore.io/v1beta1\nkind: Configuration\nspec: {preset: all}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	var stdout, stderr bytes.Buffer
	status := run(t.Context(), []string{"--config=" + path}, &stdout, &stderr)
	want := path + `:1:13: apiVersion: "podscore.io/v1beta1" is not known: this podscore knows podscore.io/v1alpha1` + "\npodscore: not valid: " + path + "\n"
	if status != 2 || stderr.String() != want || stdout.Len() > 0 {
		t.Errorf("status %d, %q, %q\nwant 2 and %q on standard error", status, stderr.String(), stdout.String(), want)
	}
}

// TestCheckConfig: what is validated as what, by the flags and what stands behind them.
func TestCheckConfig(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("apiVersion: podscore.io/v1alpha1\n"+text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("ours.yaml", "kind: Configuration\npreset: all\nrequireExpiry: true\n")
	write("team.yaml", "kind: Exemptions\nexemptions: [{name: a, reason: b, everywhere: true, checks: [all], expires: never}]\n")
	write("forever.yaml", "kind: Exemptions\nexemptions: [{name: c, reason: b, everywhere: true, checks: [all]}]\n")
	t.Chdir(dir)
	for _, c := range []struct {
		args   string
		status int
		want   string
	}{
		{"ours.yaml", 0, "Preset: all."},
		{"ours.yaml team.yaml", 0, "1 exemption."},
		{"ours.yaml --exemptions team.yaml", 0, "1 exemption."},
		{"--exemptions team.yaml --config ours.yaml", 0, "1 exemption."},
		{"--exemptions team.yaml", 0, "There is no Configuration among these files"},
		{"forever.yaml", 0, "There is no Configuration among these files"},
		{"ours.yaml forever.yaml", 2, "forever.yaml:3:14: expires is missing, which requireExpiry asks for"},
		{"ours.yaml --exemptions forever.yaml", 2, "podscore: not valid: forever.yaml"},
		{"--exemptions ours.yaml", 2, "ours.yaml:2:7: kind: a Configuration may not stand in a file that is read for its exemptions alone (--exemptions)"},
	} {
		var stdout, stderr bytes.Buffer
		status := run(t.Context(), append([]string{"--check-config"}, strings.Fields(c.args)...), &stdout, &stderr)
		if said := stdout.String() + stderr.String(); status != c.status || !strings.Contains(said, c.want) {
			t.Errorf("--check-config %s: status %d, want %d and %q in\n%s", c.args, status, c.status, c.want, said)
		}
	}
}
