package reports

import (
	"strings"

	"github.com/podscore/podscore/securitycontext"
	"github.com/podscore/podscore/terminal/advice"
)

const repository = "https://github.com/podscore/podscore"

type sarifTool struct {
	Driver struct {
		Name    string      `json:"name"`
		Version string      `json:"version"`
		URI     string      `json:"informationUri"`
		Rules   []sarifRule `json:"rules"`
	} `json:"driver"`
}

type sarifRule struct {
	ID         string    `json:"id"`
	Short      sarifText `json:"shortDescription"`
	Full       sarifText `json:"fullDescription"`
	Help       sarifText `json:"help"`
	HelpURI    string    `json:"helpUri"`
	Properties struct {
		SecuritySeverity string   `json:"security-severity"`
		Tags             []string `json:"tags"`
	} `json:"properties"`
}

// sarifToolOf describes podscore and its rules, in the order of the checks.
func sarifToolOf(version string) (tool sarifTool) {
	tool.Driver.Name, tool.Driver.Version, tool.Driver.URI = "podscore", version, repository
	for i := range checks {
		tool.Driver.Rules = append(tool.Driver.Rules, sarifRuleOf(&checks[i]))
	}
	return tool
}

func sarifRuleOf(check *securitycontext.Check) sarifRule {
	says := advice.For(check.ID)
	passes := "Passes when " + check.Passes + "."
	write := "Write, in the securityContext of the " + string(says.Level) + ":"
	rule := sarifRule{
		ID: check.ID, Short: sarifText{Text: strings.ReplaceAll(passes, "`", "")}, Full: sarifText{Text: says.Why},
		Help: sarifText{
			Text:     says.Why + "\n\n" + write + "\n\n" + says.Write + "\n\nWhat may break: " + says.Breaks,
			Markdown: passes + "\n\n**Why.** " + says.Why + "\n\n" + write + "\n\n```yaml\n" + says.Write + "\n```\n\n**What may break.** " + says.Breaks,
		},
		HelpURI: repository + "/blob/main/docs/checks.md#" + check.ID,
	}
	rule.Properties.SecuritySeverity = securitySeverity[check.Severity]
	rule.Properties.Tags = []string{"security", "kubernetes"}
	return rule
}

// securitySeverity are the numbers of which GitHub makes the same words: above 9 critical,
// from 7 high, from 4 medium.
var securitySeverity = map[securitycontext.Severity]string{
	securitycontext.Critical: "9.5", securitycontext.High: "8.0", securitycontext.Medium: "5.5", securitycontext.Low: "3.0",
}
