package configuration

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
)

// folder is a directory of files, by name.
type folder struct {
	*testing.T
	path string
}

func newFolder(t *testing.T) folder { return folder{t, t.TempDir()} }

func (f folder) write(name, text string) {
	f.Helper()
	if err := os.WriteFile(filepath.Join(f.path, name), []byte(text), 0o600); err != nil {
		f.Fatal(err)
	}
}

func (f folder) remove(name string) {
	f.Helper()
	if err := os.Remove(filepath.Join(f.path, name)); err != nil {
		f.Fatal(err)
	}
}

// load loads the folder, which must work.
func (f folder) load() *Loader {
	f.Helper()
	l, err := Load(now, Options{}, f.path)
	if err != nil {
		f.Fatal(err)
	}
	return l
}

// expect requires of a loader that these exemptions are in force, and that this is wrong,
// with paths relative to the folder.
func (f folder) expect(l *Loader, names, errs string) {
	f.Helper()
	if is := inForce(l); is != names {
		f.Errorf("the exemptions in force are %q, want %q", is, names)
	}
	status := l.Status()
	if is := strings.ReplaceAll(status.Errors.Error(), f.path+"/", ""); is != errs {
		f.Errorf("the errors are\n%s\nwant\n%s", is, errs)
	}
	if status.Successful != (errs == "") {
		f.Errorf("successful is %t with the errors %q", status.Successful, errs)
	}
}

// inForce returns the names of the exemptions that are in force.
func inForce(l *Loader) string {
	var names []string
	for _, e := range l.Set().Exemptions() {
		names = append(names, e.Name)
	}
	return strings.Join(names, " ")
}

// named returns a team's file with exemptions of these names.
func named(names ...string) string {
	text := strings.TrimSuffix(teams, "- ")
	for _, name := range names {
		text += "- {name: " + name + ", reason: z, everywhere: true, checks: [all]}\n"
	}
	return text
}

const garbage = "kind: ["

// TestDirectory: which files of a directory are read.
func TestDirectory(t *testing.T) {
	f := newFolder(t)
	f.write("a.yaml", named("a"))
	f.write("b.yml", named("b"))
	f.write("c.json", garbage)
	f.write(".d.yaml", garbage)
	f.write("e.yaml~", garbage)
	for _, dir := range []string{"below", "below.yaml", "..data"} {
		if err := os.Mkdir(filepath.Join(f.path, dir), 0o700); err != nil {
			t.Fatal(err)
		}
		f.write(dir+"/x.yaml", garbage)
	}
	l := f.load()
	f.expect(l, "a b", "")
	set, errs := Read(now, Options{}, filepath.Join(f.path, "c.json"), f.path, f.path+"/a.yaml")
	if len(set.Exemptions()) != 2 || len(errs) != 1 || !slices.Equal(errs.Files(), []string{f.path + "/c.json"}) {
		t.Errorf("with a file that is named itself there are %d exemptions, and the errors %v", len(set.Exemptions()), errs)
	}
}

// TestStart: what ends the start, and what does not.
func TestStart(t *testing.T) {
	for _, c := range []struct {
		name, text string
		names, err string // of the set, or of the error that ends the start
	}{
		{"bad Exemptions", named("x") + "foo: 1\n", "b", ""},
		{"Exemptions of a later version", strings.Replace(named("x"), "v1alpha1", "v1beta1", 1), "b", ""},
		{"misspelled Exemptions", strings.Replace(named("x"), "Exemptions", "exemption", 1), "b", ""},
		{"Exemptions that mention a Configuration", named("x") + "foo: 'kind: Configuration'\n", "b", ""},
		{"a name that another file has", named("b", "x"), "b x", ""},
		{"Exemptions that are no YAML", named("x") + "a: [", "b", ""},
		{"Exemptions in quotes that are no YAML", strings.Replace(named("x"), "Exemptions", "'Exemptions' # ours\r", 1) + "a: [", "b", ""},
		{"Exemptions that are no YAML, and what may be a Configuration", named("x") + "--- {kind: Configuration, a: [", "", "a.yaml:5:1: this is not YAML: did not find expected node content"},
		{"what is no YAML", "a: [", "", "a.yaml:1:1: this is not YAML: did not find expected node content"},
		{"an empty file", "", "", "a.yaml: the file is empty: write apiVersion: podscore.io/v1alpha1 and kind: Configuration or Exemptions"},
		{"no kind", "apiVersion: podscore.io/v1alpha1\n", "", "a.yaml:1:1: kind is missing: write Configuration or Exemptions"},
		{"two kinds", named("x") + "kind: Configuration\n", "", "a.yaml:5:1: \"kind\" is given twice: line 2 has it already"},
		{"another kind", "apiVersion: podscore.io/v1alpha1\nkind: ConfigMap\n", "", "a.yaml:2:7: kind: unknown kind \"ConfigMap\": use one of Configuration and Exemptions"},
		{"a Configuration with a name twice", ours + "exemptions:\n- {name: x, reason: z, everywhere: true, checks: [all]}\n- {name: x, reason: z, everywhere: true, checks: [all]}\n", "", "a.yaml:5:10: name: x is the name of the exemption at a.yaml:4:10: names are unique over all files"},
		{"a bad Configuration", ours + "preset: x\n", "", "a.yaml:3:9: preset: unknown preset \"x\": use one of cis, restricted and all"},
		{"a Configuration that is no YAML", ours + "checks: [\n", "", "a.yaml:4:1: this is not YAML: did not find expected node content"},
		{"a misspelled Configuration", strings.Replace(ours, "Conf", "Cnof", 1), "", "a.yaml:2:7: kind: unknown kind \"Cnofiguration\": did you mean Configuration?"},
		{"a Configuration of a later version", strings.Replace(ours, "v1alpha1", "v1beta1", 1), "", "a.yaml:1:13: apiVersion: \"podscore.io/v1beta1\" is not known: this podscore knows podscore.io/v1alpha1"},
		{"a Configuration with a bad exemption", ours + "requireExpiry: true\nexemptions: [{name: x, reason: z, everywhere: true, checks: [all]}]\n", "", "a.yaml:4:14: expires is missing, which requireExpiry asks for: write a day such as 2027-03-01, or never\nb.yaml:4:3: expires is missing, which requireExpiry asks for: write a day such as 2027-03-01, or never"},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := newFolder(t)
			f.write("a.yaml", c.text)
			f.write("b.yaml", named("b"))
			l, err := Load(now, Options{}, f.path)
			switch {
			case err != nil:
				if got := strings.ReplaceAll(err.Error(), f.path+"/", ""); got != c.err {
					t.Errorf("the start ends with\n%s\nwant\n%s", got, c.err)
				}
			case c.err != "":
				t.Errorf("the start works, want it to end with %s", c.err)
			case inForce(l) != c.names:
				t.Errorf("in force are %q, want %q", inForce(l), c.names)
			}
		})
	}
	if _, err := Load(now, Options{}, "/does/not/exist"); err == nil || err.Error() != "/does/not/exist: it cannot be read: no such file or directory" {
		t.Errorf("a path that does not exist: %v", err)
	}
	if _, err := Load(now, Options{}, "/dev/null"); err == nil || err.Error() != "/dev/null: it cannot be read: it is neither a file nor a directory" {
		t.Errorf("a device: %v", err)
	}
}

// TestReload: what is in force after each change, and what is told.
func TestReload(t *testing.T) {
	const noYAML = "this is not YAML: did not find expected node content"
	f := newFolder(t)
	f.write("a.yaml", named("a"))
	f.write("b.yaml", named("b"))
	l := f.load()
	f.expect(l, "a b", "")
	for _, step := range []struct {
		name, file, text string // "" removes it
		changed          bool
		names, errs      string
	}{
		{"nothing new", "a.yaml", named("a"), false, "a b", ""},
		{"a comment", "a.yaml", "# x\n" + named("a"), false, "a b", ""},
		{"one more", "a.yaml", named("a", "a2"), true, "a a2 b", ""},
		{"a bad one keeps its last good content", "a.yaml", garbage, false, "a a2 b", "a.yaml:1:1: " + noYAML},
		{"another beside it is taken in", "b.yaml", named("b", "b2"), true, "a a2 b b2", "a.yaml:1:1: " + noYAML},
		{"a new bad one has none", "c.yaml", garbage, false, "a a2 b b2", "a.yaml:1:1: " + noYAML + "\nc.yaml:1:1: " + noYAML},
		{"one that takes the name of a kept one has no effect", "b.yaml", named("a", "b"), true, "a a2 b", "a.yaml:1:1: " + noYAML + "\nb.yaml:4:10: name: a is the name of the exemption at a.yaml:4:10: names are unique over all files\nc.yaml:1:1: " + noYAML},
		{"until the kept one is gone", "a.yaml", "", true, "a b", "c.yaml:1:1: " + noYAML},
		{"the bad one is gone", "c.yaml", "", false, "a b", ""},
		{"the later path of two equal names is bad, and the rest of its file is not", "c.yaml", named("a", "c"), true, "a b c", "c.yaml:4:10: name: a is the name of the exemption at b.yaml:4:10: names are unique over all files"},
		{"and good when the name is free", "b.yaml", named("b"), false, "a b c", ""},
		{"an earlier path has the name, also if the later one had it before", "a.yaml", named("b", "x"), true, "a b c x", "b.yaml:4:10: name: b is the name of the exemption at a.yaml:4:10: names are unique over all files"},
		{"and if that is bad, with what it said before", "b.yaml", garbage, false, "a b c x", "b.yaml: of what it said before, name: b is the name of the exemption at a.yaml:4:10: names are unique over all files\nb.yaml:1:1: " + noYAML},
		{"and has the name when that is free", "a.yaml", named("x"), false, "a b c x", "b.yaml:1:1: " + noYAML},
		{"and is good", "b.yaml", named("b"), false, "a b c x", ""},
		{"of two in one file the later has no effect", "b.yaml", named("b", "b"), false, "a b c x", "b.yaml:5:10: name: b is the name of the exemption at b.yaml:4:10: names are unique over all files"},
		{"one is enough", "b.yaml", named("b"), false, "a b c x", ""},
		{"a Configuration", "d.yaml", ours + "preset: all\n", true, "a b c x", ""},
		{"a second one is bad", "e.yaml", ours + "preset: cis\n", false, "a b c x", "e.yaml: it has a second Configuration beside d.yaml: there is one over all files, and any number of Exemptions"},
		{"and gone", "e.yaml", "", false, "a b c x", ""},
		{"rules that others break", "d.yaml", ours + "preset: all\nrequireExpiry: true\n", true, "a b c x", expiresMissing("a.yaml:4:3", "b.yaml:4:3", "c.yaml:4:3", "c.yaml:5:3")},
		{"a bad Configuration: its last good one stays, with its rules", "d.yaml", ours + "preset: x\n", false, "a b c x", expiresMissing("a.yaml:4:3", "b.yaml:4:3", "c.yaml:4:3", "c.yaml:5:3") + "\nd.yaml:3:9: preset: unknown preset \"x\": use one of cis, restricted and all"},
		{"a good one again", "d.yaml", ours, true, "a b c x", ""},
		{"one that breaks its own rules: the last good one stays", "d.yaml", ours + "requireExpiry: true\nexemptions: [{name: d, reason: z, everywhere: true, checks: [all]}]\n", false, "a b c x", expiresMissing("d.yaml:4:14")},
		{"a second one with an earlier path is bad, and its rules are not asked", "a.yaml", ours + "requireExpiry: true\n", false, "a b c x", "a.yaml: it has a second Configuration beside d.yaml: there is one over all files, and any number of Exemptions\n" + expiresMissing("d.yaml:4:14")},
		{"until the other file has Exemptions, good or bad", "d.yaml", named("d") + "foo: 1\n", true, "a b c", expiresMissing("b.yaml:4:3", "c.yaml:4:3", "c.yaml:5:3", "d.yaml:4:3") + "\nd.yaml:5:1: unknown field \"foo\": an Exemptions has apiVersion, kind and exemptions"},
	} {
		if step.text == "" {
			f.remove(step.file)
		} else {
			f.write(step.file, step.text)
		}
		if changed := l.Poll(now); changed != step.changed {
			t.Errorf("%s: the set has changed: %t, want %t", step.name, changed, step.changed)
		}
		if f.expect(l, step.names, step.errs); t.Failed() {
			t.Fatalf("after %s", step.name)
		}
	}
}

func expiresMissing(places ...string) string {
	var lines []string
	for _, place := range places {
		lines = append(lines, place+": expires is missing, which requireExpiry asks for: write a day such as 2027-03-01, or never")
	}
	return strings.Join(lines, "\n")
}

// TestStatus: the time of success is that of the last change of which all was good.
func TestStatus(t *testing.T) {
	f := newFolder(t)
	f.write("a.yaml", named("a"))
	l := f.load()
	for _, step := range []struct {
		text    string
		minute  int
		success int // minute
	}{
		{named("a"), 1, 0},
		{named("b"), 2, 2},
		{garbage, 3, 2},
		{garbage, 4, 2},
		{named("b"), 5, 5},
	} {
		f.write("a.yaml", step.text)
		l.Poll(now.Add(time.Duration(step.minute) * time.Minute))
		if got := l.Status().LastSuccess.Sub(now).Minutes(); got != float64(step.success) {
			t.Errorf("in minute %d the last success was in minute %v, want %d", step.minute, got, step.success)
		}
	}
}

// TestTooLateToday: an end that is too far ahead is good once it is near enough, without
// a change of the file.
func TestTooLateToday(t *testing.T) {
	f := newFolder(t)
	f.write("a.yaml", ours+"maxExpiry: 30d\n")
	f.write("b.yaml", one("expires: 2027-01-01"))
	l := f.load()
	f.expect(l, "", "b.yaml:4:12: expires: it is more than 30 days ahead, which maxExpiry does not allow: write a day up to 2026-12-31")
	if !l.Poll(now.AddDate(0, 0, 1)) {
		t.Error("nothing has changed the day after")
	}
	f.expect(l, "x", "")
}

// TestVanished: what a directory had stays in force while it cannot be read.
func TestVanished(t *testing.T) {
	f := newFolder(t)
	f.write("a.yaml", ours+"preset: all\n")
	f.write("b.yaml", named("b"))
	l := f.load()
	hidden := f.path + ".hidden"
	if err := os.Rename(f.path, hidden); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if l.Poll(now) || l.Set().Preset() != "all" {
			t.Error("the set has changed while the directory is not there")
		}
		f.expect(l, "b", f.path+": it cannot be read: no such file or directory")
	}
	if err := os.Rename(hidden, f.path); err != nil {
		t.Fatal(err)
	}
	if l.Poll(now) {
		t.Error("the set has changed now that the directory is back as it was")
	}
	f.expect(l, "b", "")
}

// TestUnreadable: a link that leads nowhere, which a file is for a moment while the
// kubelet takes it away, is a bad file.
func TestUnreadable(t *testing.T) {
	f := newFolder(t)
	f.write("a.yaml", named("a"))
	l := f.load()
	f.remove("a.yaml")
	if err := os.Symlink("..data/a.yaml", filepath.Join(f.path, "a.yaml")); err != nil {
		t.Fatal(err)
	}
	l.Poll(now)
	f.expect(l, "a", "a.yaml: it cannot be read: no such file or directory")
}

// TestPollCostsNothing: where nothing has changed nothing is judged again, even while files
// are bad, until the day is another one.
func TestPollCostsNothing(t *testing.T) {
	f := newFolder(t)
	f.write("a.yaml", ours+"maxExpiry: 30d\n")
	for i := range 100 {
		f.write(fmt.Sprintf("b%d.yaml", i), garbageOfTeam)
	}
	f.write("c.yaml", one("expires: 2027-01-01"))
	l := f.load()
	before, read := l.Status().Errors, memoryOf(func() { l.read() })
	if took := memoryOf(func() { l.Poll(now.Add(time.Hour)) }); took > read*11/10+4096 {
		t.Errorf("a look at files that are as they were takes %d bytes, and reading them %d", took, read)
	}
	if after := l.Status().Errors; &before[0] != &after[0] {
		t.Error("the mistakes were found again")
	}
	if l.Poll(now.AddDate(0, 0, 1)); len(l.Status().Errors) != len(before)-1 {
		t.Errorf("the day after, when another end is near enough, the errors are %d of %d", len(l.Status().Errors), len(before))
	}
}

// garbageOfTeam is a file that says what it is, and is bad.
const garbageOfTeam = "apiVersion: podscore.io/v1alpha1\nkind: Exemptions\nexemptions: 1\n"

// TestManyReloads: a thousand reloads, good and bad in turn, leave nothing behind.
func TestManyReloads(t *testing.T) {
	f := newFolder(t)
	f.write("a.yaml", ours)
	f.write("b.yaml", named("b"))
	l := f.load()
	turns := []string{named("b", "c"), garbage, named("b"), named("b", "b")}
	reload := func(times int) (heap uint64, goroutines, open int) {
		for i := range times {
			f.write("b.yaml", turns[i%len(turns)])
			l.Poll(now)
		}
		runtime.GC()
		var memory runtime.MemStats
		runtime.ReadMemStats(&memory)
		files, err := os.ReadDir("/proc/self/fd")
		if err != nil {
			files = nil // no Linux
		}
		return memory.HeapAlloc, runtime.NumGoroutine(), len(files)
	}
	heap, goroutines, open := reload(100)
	heapAfter, goroutinesAfter, openAfter := reload(1000)
	if heapAfter > heap+256<<10 || goroutinesAfter > goroutines || openAfter > open {
		t.Errorf("before there were %d bytes, %d goroutines, %d open files, afterwards %d, %d, %d", heap, goroutines, open, heapAfter, goroutinesAfter, openAfter)
	}
}
