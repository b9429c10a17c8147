package configuration

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"
)

// TestTeams: what a team writes into its file never ends the start, and never reaches
// beyond its own exemptions.
func TestTeams(t *testing.T) {
	const notHere = "kind: a Configuration may not stand in a file that is read for its exemptions alone (--exemptions): write kind: Exemptions, or give the file with --config"
	ruling := ours + "preset: restricted\nexemptions: [{name: admins, reason: z, everywhere: true, checks: [all]}]\n"
	for _, c := range []struct {
		name, text    string
		names, errors string
	}{
		{"exemptions", named("x"), "admins x", ""},
		{"a Configuration", ours + "preset: all\n", "admins", "teams/a.yaml:2:7: " + notHere},
		{"a Configuration beside exemptions", named("x") + "---\n" + ours, "admins", "teams/a.yaml:7:7: " + notHere},
		{"a Configuration of a later version", strings.Replace(ours, "v1alpha1", "v1beta1", 1), "admins", `teams/a.yaml:1:13: apiVersion: "podscore.io/v1beta1" is not known: this podscore knows podscore.io/v1alpha1`},
		{"a misspelled Configuration", strings.Replace(ours, "Conf", "Cnof", 1), "admins", `teams/a.yaml:2:7: kind: unknown kind "Cnofiguration": use one of Exemptions`},
		{"a broken Configuration", ours + "checks: [\n", "admins", "teams/a.yaml:4:1: this is not YAML: did not find expected node content"},
		{"an empty file", "", "admins", "teams/a.yaml: the file is empty: write apiVersion: podscore.io/v1alpha1 and kind: Exemptions"},
		{"the name of an exemption of the Configuration", named("admins", "x"), "admins x", "teams/a.yaml:4:10: name: admins is the name of the exemption at z.yaml:4:21: names are unique over all files"},
		{"too many values", named("x") + "[" + strings.Repeat(",", MaxValues), "admins", "teams/a.yaml: the file has more than 100000 values: divide it"},
	} {
		t.Run(c.name, func(t *testing.T) {
			teams, admins := newFolder(t), newFolder(t)
			admins.write("z.yaml", ruling)
			told := func(l *Loader) string {
				return strings.NewReplacer(teams.path+"/", "teams/", admins.path+"/", "").Replace(l.Status().Errors.Error())
			}
			options := Options{Exemptions: []string{teams.path}}
			running, err := Load(now, options, admins.path)
			if err != nil {
				t.Fatal(err)
			}
			teams.write("a.yaml", c.text)
			running.Poll(now)
			started, err := Load(now, options, admins.path)
			if err != nil {
				t.Fatalf("the start ends with %v", err)
			}
			for name, l := range map[string]*Loader{"after the start": started, "while it runs": running} {
				if inForce(l) != c.names || told(l) != c.errors || l.Set().Preset() != "restricted" {
					t.Errorf("%s in force are %q and the preset %s, want %q and restricted; told is\n%s\nwant\n%s", name, inForce(l), l.Set().Preset(), c.names, told(l), c.errors)
				}
			}
			if alone, err := Load(now, options); err != nil || alone.Set().Configured() {
				t.Errorf("without a Configuration of the administrators the start ends with %v, or that of the team is in force", err)
			}
		})
	}
}

// TestTeamsPaths: a team's path that is not there is no reason to end the start, and what
// both flags name is a team's.
func TestTeamsPaths(t *testing.T) {
	f := newFolder(t)
	f.write("a.yaml", ours)
	l, err := Load(now, Options{Exemptions: []string{"/does/not/exist", f.path}}, f.path, filepath.Join(f.path, "a.yaml"))
	if err != nil || l.Set().Configured() || len(l.Status().Errors) != 2 {
		t.Errorf("the start ends with %v, or a Configuration in force, or the errors are not two: %v", err, l.Status().Errors)
	}
}

// TestSameWhileRunningAsAfterAStart: whatever was in the files before, as long as each is
// good by itself, in force and told is what would be after a restart.
func TestSameWhileRunningAsAfterAStart(t *testing.T) {
	for seed := range uint64(30) {
		r := rand.New(rand.NewPCG(seed, 0))
		f, teams := newFolder(t), newFolder(t)
		options := Options{Exemptions: []string{teams.path}}
		f.write("b.yaml", ours)
		running, err := Load(now, options, f.path)
		if err != nil {
			t.Fatal(err)
		}
		for step := range 20 {
			var names []string
			for range r.IntN(4) {
				names = append(names, string(rune('a'+r.IntN(6))))
			}
			text := named(names...)
			if len(names) == 0 {
				text = teamsNone
			}
			[]folder{f, teams}[r.IntN(2)].write(fmt.Sprintf("%c.yaml", 'c'+r.IntN(4)), text)
			running.Poll(now)
			started, err := Load(now, options, f.path)
			if err != nil {
				t.Fatalf("seed %d, step %d: the start ends with %v", seed, step, err)
			}
			if string(running.Set().Canonical()) != string(started.Set().Canonical()) || running.Status().Errors.Error() != started.Status().Errors.Error() {
				t.Fatalf("seed %d, step %d: while it runs there are\n%s\n%v\nand after a start\n%s\n%v", seed, step,
					running.Set().Canonical(), running.Status().Errors, started.Set().Canonical(), started.Status().Errors)
			}
		}
	}
}

// TestEveryNameIsInForceOnce: however exemptions with equal names are ordered and divided
// into files, every name is in force, once, and all others are told.
func TestEveryNameIsInForceOnce(t *testing.T) {
	for seed := range uint64(30) {
		r := rand.New(rand.NewPCG(seed, 0))
		f, files, all, want := newFolder(t), map[string][]string{}, 0, map[string]bool{}
		for range 1 + r.IntN(12) {
			name, file := string(rune('a'+r.IntN(5))), fmt.Sprintf("%d.yaml", r.IntN(4))
			files[file], want[name] = append(files[file], name), true
			all++
		}
		for file, names := range files {
			f.write(file, named(names...))
		}
		l := f.load()
		if got := len(l.Set().Exemptions()); got != len(want) || len(l.Status().Errors) != all-len(want) {
			t.Errorf("seed %d: of %v are %q in force, and told is\n%v", seed, files, inForce(l), l.Status().Errors)
		}
	}
}

// teamsNone is a team's file without exemptions.
const teamsNone = "apiVersion: podscore.io/v1alpha1\nkind: Exemptions\nexemptions: []\n"
