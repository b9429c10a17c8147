package reports

import (
	"fmt"

	"github.com/podscore/podscore/policy"
	"github.com/podscore/podscore/terminal/verdicts"
)

// Summary counts verdicts. Pods are what was judged: pods, and templates as one pod each.
type Summary struct {
	// Pods is how many were judged, and Status how many have each status.
	Pods   int
	Status [policy.NumStatuses]int
	// Skipped is how many objects have no pods, and Errors how many mistakes there are.
	Skipped, Errors int

	sum    float64 // of the scores of the pods that no exemption takes out
	scored int     // how many they are
	below  int     // how far the lowest is below 100 percent
}

// Add counts a verdict.
func (s *Summary) Add(v *verdicts.Verdict) {
	s.Pods++
	s.Status[v.Status]++
	score, ok := v.Points.Ratio()
	if !ok || v.Out {
		return
	}
	s.sum += score
	s.scored++
	percent, _ := v.Points.Percent()
	s.below = max(s.below, 100-percent)
}

// Lowest returns the lowest score of a pod that no exemption takes out, in percent; 100 if
// there is none.
func (s *Summary) Lowest() int { return 100 - s.below }

// Score returns the mean of the scores of the pods that no exemption takes out, from 0 to
// 1; ok is false if there is none.
func (s *Summary) Score() (score float64, ok bool) {
	return s.sum / float64(max(1, s.scored)), s.scored > 0
}

// String returns the summary as a sentence.
func (s *Summary) String() string {
	if s.Pods == 0 {
		return "Nothing that makes pods was found."
	}
	text := fmt.Sprintf("%d of %d not compliant", s.Status[policy.Noncompliant], s.Pods)
	if exempt := s.Status[policy.Exempt]; exempt > 0 {
		text += fmt.Sprintf(", %d exempt", exempt)
	}
	if score, ok := s.Score(); ok {
		text += ", mean score " + percent(score)
	}
	return text + "."
}

// percent returns a score as people are shown it: rounded down, so that only a full one
// is 100.
func percent(score float64) string { return fmt.Sprint(int(100*score + 1e-9)) }
