package configuration

import (
	"bytes"
	"path/filepath"
	"slices"
	"time"
)

// Options say what the files are read for.
type Options struct {
	// Exemptions are paths of further files and directories, which teams write: only
	// documents of the kind Exemptions may stand there. What is bad in them never ends
	// the start.
	Exemptions []string
	// Files are further files, which were read elsewhere.
	Files []File
	// LabelsUnknown is true where the labels of namespaces are not watched. A
	// namespaceSelector is a mistake then.
	LabelsUnknown bool
}

// File is a file that was read elsewhere, such as from a ConfigMap.
type File struct {
	// Path names the file in errors.
	Path string
	Text []byte
	// Team is true if a team writes it, as those of Options.Exemptions.
	Team bool
}

// Read reads files once: each path is a file, or a directory with files *.yaml and
// *.yml. It returns what the good files say, and all that is wrong with the others.
func Read(now time.Time, options Options, paths ...string) (*Set, Errors) {
	l := newLoader(options, paths)
	l.take(l.readAgain(), now)
	return l.set, l.status.Errors
}

// Loader reads files again whenever it is asked, and keeps the last good content of
// each. It has no goroutine and no clock, and is not safe for concurrent use; the sets
// that it returns are.
type Loader struct {
	paths   []string
	options Options
	files   []file             // as they were read last, without their text
	parsed  map[string]content // by path: what they say, each by itself
	good    map[string]content // by path: the last content that was good by itself
	set     *Set
	status  Status
	day     time.Time // in UTC, on which files were taken in last
}

// Status says how the last reading went.
type Status struct {
	// Successful is true if all files were good.
	Successful bool
	// LastSuccess is when files were last taken in of which all were good; zero if never.
	LastSuccess time.Time
	// Errors are all that is wrong now, which must not be changed.
	Errors Errors
}

// Load reads files for the first time. A Configuration that is bad is an error, and so is
// any other bad file that could have one, among those that the paths name: the error has
// all that is wrong with all files. A bad file that has Exemptions only is left out, and
// told by [Loader.Status].
func Load(now time.Time, options Options, paths ...string) (*Loader, error) {
	l := newLoader(options, paths)
	if governed := l.take(l.readAgain(), now); !governed {
		return nil, l.status.Errors
	}
	return l, nil
}

func newLoader(options Options, paths []string) *Loader {
	return &Loader{paths: slices.Clone(paths), options: options, set: newSet(nil)}
}

// Poll looks whether the files have changed, and if so takes in what is good of them. It
// reports whether the set has changed. A file that is bad keeps its last good content.
// While files change under its eyes it waits for the next call. Where nothing has changed
// it costs reading the files; those that break a rule are looked at again every day.
func (l *Loader) Poll(now time.Time) (changed bool) {
	files := l.read()
	switch same := equal(files, l.files); {
	case same && (l.status.Successful || day(now).Equal(l.day)):
		return false
	case !same && !equal(files, l.read()):
		return false
	}
	before := l.set
	l.take(files, now)
	return !bytes.Equal(before.canonical, l.set.canonical)
}

// Set returns the set that is in force.
func (l *Loader) Set() *Set { return l.set }

// Status returns how the last reading went.
func (l *Loader) Status() Status { return l.status }

func (l *Loader) read() []file { return readFiles(l.paths, l.options.Exemptions, l.options.Files) }

// readAgain reads files until two readings agree, but not forever.
func (l *Loader) readAgain() []file {
	files := l.read()
	for range 3 {
		again := l.read()
		if equal(files, again) {
			break
		}
		files = again
	}
	return files
}

// equal reports whether two readings found the same.
func equal(a, b []file) bool {
	return slices.EqualFunc(a, b, func(a, b file) bool {
		return a.source == b.source && a.sum == b.sum && errorText(a.err) == errorText(b.err)
	})
}

func errorText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

// take takes in files as they were read. Governed is false if one is bad that may have the
// Configuration.
func (l *Loader) take(files []file, now time.Time) (governed bool) {
	is := settle(l.contents(files), l.good, rules{labelsUnknown: l.options.LabelsUnknown}, now)
	if set := newSet(is.inForce); !bytes.Equal(set.canonical, l.set.canonical) || set.configured != l.set.configured {
		l.set = set
	}
	l.good, l.day = is.good, day(now)
	l.status.Errors, l.status.Successful = is.errors, len(is.errors) == 0
	if l.status.Successful {
		l.status.LastSuccess = now
	}
	return is.governed
}

// contents returns what files say, in their order. What was parsed before is not parsed
// again, unless not all of its mistakes were kept. The files of a directory that cannot be
// read stay as they are.
func (l *Loader) contents(files []file) []content {
	parsed, contents, telling := map[string]content{}, []content{}, telling{}
	for i := range files {
		f := &files[i]
		is, known := l.parsed[f.path]
		if !known || f.err != nil || is.sum != f.sum || is.cut {
			is = f.content()
		}
		if is.errors, is.cut = telling.cut(f.path, slices.Clip(is.errors)); is.cut {
			is.exemptions = nil // none is read of a bad file
		}
		parsed[f.path] = is
		contents = append(contents, is)
		if f.err != nil {
			contents = append(contents, l.goodBelow(f.path, files)...)
		}
		f.text = nil
	}
	l.files, l.parsed = files, parsed
	slices.SortFunc(contents, func(a, b content) int { return a.compare(b.source) })
	return contents
}

// goodBelow returns the last good contents of the files of a directory, but for those that
// are named themselves.
func (l *Loader) goodBelow(directory string, named []file) (contents []content) {
	for path, c := range l.good {
		if filepath.Dir(path) == directory && !slices.ContainsFunc(named, func(f file) bool { return f.path == path }) {
			contents = append(contents, c)
		}
	}
	return contents
}
