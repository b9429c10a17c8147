package explanations

import (
	"strings"

	"github.com/podscore/podscore/terminal/reports"
)

// width is how many characters a line has at most, if its words let it.
const width = 80

// plain returns a text of one line that writes nothing over the terminal.
func plain(text string) string { return reports.Plain(text) }

// wrapped breaks a text into lines that begin with so many spaces.
func wrapped(text string, indent int) string { return hanging(text, indent, indent) }

// field names a value, such as "      write   runAsNonRoot: true".
func field(name, value string) string {
	const indent, column = 6, 14
	return strings.Repeat(" ", indent) + name + strings.Repeat(" ", column-indent-len(name)) + strings.TrimLeft(hanging(value, column, column), " ")
}

// hanging breaks a text into lines; the first begins with so many spaces, and the others.
func hanging(text string, first, others int) string {
	lines, line := []string{}, strings.Repeat(" ", first)
	for i, word := range strings.Fields(plain(text)) {
		switch {
		case i == 0:
			line += word
		case len([]rune(line))+1+len([]rune(word)) > width:
			lines = append(lines, line)
			line = strings.Repeat(" ", others) + word
		default:
			line += " " + word
		}
	}
	return strings.Join(append(lines, line), "\n")
}
