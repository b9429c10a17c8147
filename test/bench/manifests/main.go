// Command manifests measures kubectl podscore scan beside kubeconform, which holds
// manifests to the API's schema, and prints how many documents each reads in a second of
// CPU. Both read the same files, in turns, so that what else the machine does meets both;
// neither uses a network.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
)

func main() {
	podscore := flag.String("podscore", "", "the program kubectl-podscore")
	kubeconform := flag.String("kubeconform", "", "the program kubeconform")
	openAPI := flag.String("openapi", "", "swagger.json of Kubernetes, of which kubeconform gets its schema")
	documents := flag.Int("documents", 10_000, "how many Deployments there are")
	rounds := flag.Int("rounds", 5, "how often each reads them")
	flag.Parse()
	if err := compare(*podscore, *kubeconform, *openAPI, *documents, *rounds); err != nil {
		fmt.Fprintln(os.Stderr, "manifests:", err)
		os.Exit(1)
	}
}

func compare(podscore, kubeconform, openAPI string, documents, rounds int) error {
	dir, err := os.MkdirTemp("", "podscore-manifests-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if err := writeSchema(dir, openAPI); err != nil {
		return err
	}
	files := filepath.Join(dir, "manifests")
	size, err := writeManifests(files, documents)
	if err != nil {
		return err
	}
	fmt.Printf("%d Deployments, %d MB; medians of %d rounds.\n\n", documents, size>>20, rounds)
	subjects := []*subject{
		{
			name: "kubectl podscore scan", program: podscore, args: []string{"scan", "-f", files, "-o", "summary"}, status: 1,
			says: fmt.Sprintf("%d of %d not compliant", documents, documents),
		},
		{
			name: "kubeconform", program: kubeconform, args: []string{"-summary", "-schema-location", filepath.Join(dir, "{{.ResourceKind}}{{.KindSuffix}}.json"), files},
			says: fmt.Sprintf("Valid: %d,", documents),
		},
	}
	for range rounds {
		for _, s := range subjects {
			if err := s.run(); err != nil {
				return err
			}
		}
	}
	return report(subjects, documents)
}

// report prints what each needed, and how they compare.
func report(subjects []*subject, documents int) error {
	fmt.Println("| program | CPU | documents a second of CPU | peak memory |\n| --- | --- | --- | --- |")
	var rates []float64
	for _, s := range subjects {
		slices.Sort(s.cpu)
		slices.Sort(s.memory)
		cpu := s.cpu[len(s.cpu)/2]
		rates = append(rates, float64(documents)/cpu.Seconds())
		fmt.Printf("| %s | %.1f s | %.0f | %d MB |\n", s.name, cpu.Seconds(), rates[len(rates)-1], s.memory[len(s.memory)/2]>>20)
	}
	_, err := fmt.Printf("\n%s reads %.2f times as many documents in a second of CPU as %s.\n", subjects[0].name, rates[0]/rates[1], subjects[1].name)
	return err
}
