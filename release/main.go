// Command release builds kubectl-podscore for every platform, and packs what is published
// of it: an archive for each, their checksums, and a manifest for Krew. The same source
// and the same Go make the same bytes.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

func main() {
	var r release
	flag.StringVar(&r.version, "version", "", "version, such as v1.2.3")
	flag.StringVar(&r.ldflags, "ldflags", "", "what the linker is told")
	flag.StringVar(&r.out, "out", "", "folder that is written")
	epoch := flag.Int64("source-date-epoch", 0, "time of the files in the archives, in seconds since 1970")
	flag.Parse()
	r.time = time.Unix(*epoch, 0).UTC()
	if err := r.make(platforms); err != nil {
		fmt.Fprintln(os.Stderr, "release:", err)
		os.Exit(1)
	}
}

// release is what is published of one version.
type release struct {
	version string
	ldflags string
	out     string
	time    time.Time
}

// make writes all files of a release.
func (r *release) make(platforms []platform) error {
	if err := os.MkdirAll(r.out, 0o755); err != nil {
		return err
	}
	var archives []archive
	for _, p := range platforms {
		fmt.Println("building kubectl-podscore for", p)
		program, err := r.build(p)
		if err != nil {
			return err
		}
		made, err := r.pack(p, program)
		if err != nil {
			return err
		}
		archives = append(archives, made)
	}
	if err := os.WriteFile(filepath.Join(r.out, r.name("checksums.txt")), checksums(archives), 0o644); err != nil {
		return err
	}
	if !isSemantic(r.version) {
		fmt.Printf("no manifest for Krew: it takes versions such as v1.2.3, and not %s\n", r.version)
		return nil
	}
	manifest, err := krewManifest(r.version, archives)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(r.out, "podscore.yaml"), manifest, 0o644)
}

// name returns the name of a file of the release.
func (r *release) name(end string) string { return "kubectl-podscore_" + r.version + "_" + end }
