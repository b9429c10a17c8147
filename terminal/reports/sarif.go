package reports

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"path/filepath"
	"strings"

	"github.com/podscore/podscore/terminal/manifests"
	"github.com/podscore/podscore/terminal/verdicts"
)

// sarif writes SARIF, as GitHub's code scanning reads it.
// https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning
type sarif struct {
	Options
	results []sarifResult
	seen    map[string]int // how many results have a fingerprint
	left    int            // how many results were left out
}

func newSARIF(o Options, _ string) (Format, error) {
	return &sarif{Options: o, results: []sarifResult{}, seen: map[string]int{}}, nil
}

// mostResults is how many results GitHub takes of a run.
const mostResults = 25_000

type sarifLog struct {
	Schema  string     `json:"$schema"`
	Version string     `json:"version"`
	Runs    []sarifRun `json:"runs"`
}

type sarifRun struct {
	Tool       sarifTool     `json:"tool"`
	ColumnKind string        `json:"columnKind"`
	Results    []sarifResult `json:"results"`
}

type sarifResult struct {
	RuleID       string             `json:"ruleId"`
	RuleIndex    int                `json:"ruleIndex"`
	Level        string             `json:"level"`
	Message      sarifText          `json:"message"`
	Locations    []sarifLocation    `json:"locations"`
	Fingerprints map[string]string  `json:"partialFingerprints"`
	Suppressions []sarifSuppression `json:"suppressions,omitempty"`
}

type sarifText struct {
	Text     string `json:"text"`
	Markdown string `json:"markdown,omitempty"`
}

type sarifLocation struct {
	Physical struct {
		Artifact struct {
			URI    string `json:"uri"`
			BaseID string `json:"uriBaseId"`
		} `json:"artifactLocation"`
		Region struct {
			Line      int `json:"startLine"`
			Column    int `json:"startColumn"`
			EndColumn int `json:"endColumn"`
		} `json:"region"`
	} `json:"physicalLocation"`
}

type sarifSuppression struct {
	Kind          string `json:"kind"`
	Justification string `json:"justification"`
}

// Verdict implements Format.
func (s *sarif) Verdict(v *verdicts.Verdict) error {
	uri, err := s.uri(v.Source.File)
	if err != nil {
		return err
	}
	for _, f := range v.Counting() {
		s.add(v, &f, uri)
	}
	for i := range v.Failures {
		if f := &v.Failures[i]; f.Exemption != "" && s.Suppressed {
			s.add(v, f, uri)
		}
	}
	return nil
}

// uri returns a file relative to the repository. A result without a place, or with one
// elsewhere, would make GitHub reject all others.
func (s *sarif) uri(file string) (string, error) {
	if file == manifests.StdinName {
		return "", errors.New("-o sarif: every result needs a place in a file: give files in place of standard input")
	}
	path, err := filepath.Abs(file)
	if err != nil {
		return "", err
	}
	relative, err := filepath.Rel(s.Root, path)
	if err != nil || !filepath.IsLocal(relative) {
		return "", fmt.Errorf("-o sarif: %s is outside of %s: run it in the repository that has the files", file, s.Root)
	}
	return (&url.URL{Path: filepath.ToSlash(relative)}).String(), nil
}

func (s *sarif) add(v *verdicts.Verdict, f *verdicts.Failure, uri string) {
	if len(s.results) == mostResults {
		s.left++
		return
	}
	result := sarifResult{
		RuleID: checks[f.Check].ID, RuleIndex: f.Check, Level: levelOf(v.Required.Has(f.Check)), Message: sarifText{Text: sentence(v, f)},
		Locations: make([]sarifLocation, 1), Fingerprints: map[string]string{"primaryLocationLineHash": s.fingerprint(v, f)},
	}
	place := &result.Locations[0].Physical
	place.Artifact.URI, place.Artifact.BaseID = uri, "%SRCROOT%"
	place.Region.Line, place.Region.Column, place.Region.EndColumn = f.Region.Line, f.Region.Column, f.Region.EndColumn
	if f.Exemption != "" {
		result.Suppressions = []sarifSuppression{{"external", "exempt by " + f.Exemption}}
	}
	s.results = append(s.results, result)
}

func levelOf(required bool) string {
	if required {
		return "error"
	}
	return "warning"
}

// fingerprint tells a failure from others, wherever its lines move. GitHub reads it under
// the name of the hash that it would make of the line itself.
func (s *sarif) fingerprint(v *verdicts.Verdict, f *verdicts.Failure) string {
	sum := sha256.Sum256([]byte(strings.Join([]string{v.Kind, v.Namespace, v.Name, f.Container, checks[f.Check].ID}, "\x00")))
	hash := fmt.Sprintf("%x", sum[:8])
	s.seen[hash]++
	return fmt.Sprintf("%s:%d", hash, s.seen[hash])
}

// End implements Format.
func (s *sarif) End(*Summary) error {
	if s.left > 0 && s.Warn != nil {
		s.Warn(fmt.Sprintf("SARIF has the %d worst results: GitHub takes no more, and %d are left out.", mostResults, s.left))
	}
	return writeJSON(s.Out, sarifLog{
		Schema: "https://json.schemastore.org/sarif-2.1.0.json", Version: "2.1.0",
		Runs: []sarifRun{{Tool: sarifToolOf(s.Version), ColumnKind: "unicodeCodePoints", Results: s.results}},
	})
}

func writeJSON(w io.Writer, value any) error {
	text, err := json.MarshalIndent(value, "", "  ")
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, "%s\n", text)
	return err
}
