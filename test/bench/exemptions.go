package main

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"os"
	"path/filepath"

	"github.com/podscore/podscore/test/docs"
)

// measureExemptions measures podscore with the numbers of exemptions that are asked for:
// until it is ready, and its scrapes.
func (b *bench) measureExemptions(ctx context.Context, podscore program, pods int) error {
	for _, exemptions := range b.exemptions {
		b.tell("podscore with %s exemptions", thousands(exemptions))
		folder, err := b.writeExemptions(exemptions)
		if err != nil {
			return err
		}
		podscore.flags = []string{"--exemptions=" + folder}
		if err := pause(ctx, rest); err != nil {
			return err
		}
		measured := Run{Program: podscore.name, Pods: pods, Exemptions: exemptions}
		err = b.withSubject(ctx, podscore, func(s *subject) (err error) {
			measured.Start = &s.start
			if err := s.awaitAllPods(); err != nil {
				return err
			}
			measured.Scrape, err = s.scrapes()
			return err
		})
		if err != nil {
			return fmt.Errorf("podscore with %d exemptions: %w", exemptions, err)
		}
		measured.PeakBytes = measured.Scrape.PeakBytes
		if err := b.keep(&measured); err != nil {
			return err
		}
	}
	return nil
}

// exemptionsPerFile keeps a file well below the 1 MiB that podscore reads of it.
const exemptionsPerFile = 1000

// writeExemptions writes files with so many exemptions, and returns their folder.
func (b *bench) writeExemptions(exemptions int) (string, error) {
	folder := filepath.Join(b.cluster.Dir, fmt.Sprint("exemptions-", exemptions))
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return "", err
	}
	for first := 0; first < exemptions; first += exemptionsPerFile {
		text := exemptionsFile(first, min(first+exemptionsPerFile, exemptions))
		if err := os.WriteFile(filepath.Join(folder, fmt.Sprintf("%05d.yaml", first)), text, 0o600); err != nil {
			return "", err
		}
	}
	return folder, nil
}

// exemptionsFile is a part of a baseline: every exemption accepts what one workload fails.
// Where there are fewer such workloads than exemptions, the last ones have gone.
func exemptionsFile(first, end int) []byte {
	text := bytes.NewBufferString("apiVersion: podscore.io/v1alpha1\nkind: Exemptions\nexemptions:\n")
	for n := first; n < end; n++ {
		workload := n/3*4 + 1 + n%3 // of four the first fails nothing
		id := identify(workload*podsPerWorkload, 0)
		fmt.Fprintf(text, `- name: baseline-%05d
  reason: Ran before the control was asked for.
  owner: %s
  expires: 2099-12-31
  namespaces: [%s]
  workloads: [Deployment/%s]
  containers: [{name: '%s'}, {name: '%s'}]
  checks: [capabilities-drop-all, read-only-root-filesystem, run-as-non-root, seccomp-profile]
`, n, id.team, id.namespace, id.deployment, "app*", "proxy*")
	}
	return text.Bytes()
}

// exemptionsTable has what podscore takes with exemptions, beside what it takes without them
// where workloads share names.
func (r *Results) exemptionsTable() string {
	var cells [][]string
	for _, pods := range r.sizes() {
		least := r.median("podscore", pods, scrapePeak)
		for _, own := range []bool{false, true} {
			for _, exemptions := range r.exemptions() {
				with := Run{Program: "podscore", Pods: pods, OwnNames: own, Exemptions: exemptions}
				peak, p99 := r.medianOf(with, scrapePeak), r.medianOf(with, scrapeP99)
				if math.IsNaN(peak) { // not measured
					continue
				}
				cells = append(cells, []string{
					thousands(pods), map[bool]string{false: "shared", true: "own"}[own], thousands(exemptions),
					cell(peak, mebibytes[float64]), cell(peak/least, times),
					cell(r.medianOf(with, ofStart(func(s *Start) float64 { return s.Seconds })), unit("%.1f s", 1)), cell(p99, milliseconds),
				})
			}
		}
	}
	return docs.Table([]string{"pods", "names of containers", "exemptions", "peak after scrapes", "of the first", "time until ready", "scrape, p99"}, cells)
}
