package configuration

import "strings"

// suggestion returns the way out for an unknown name: the known one that it resembles,
// or all of them after an introduction such as "an exemption has".
func suggestion(name, introduction string, known []string) string {
	if near := nearest(name, known); near != "" {
		return "did you mean " + near + "?"
	}
	return introduction + " " + enumerate(known, "and")
}

// nearest returns the known name that differs by at most a third of its characters from
// a name; "" if none does.
func nearest(name string, known []string) string {
	best, least, name := "", 0, strings.ToLower(name)
	for _, candidate := range known {
		distance := distance(name, strings.ToLower(candidate))
		if distance <= len(candidate)/3 && (best == "" || distance < least) {
			best, least = candidate, distance
		}
	}
	return best
}

// distance returns how many bytes have to be put in, taken away or changed to make one
// name of the other; more than any name has if one of them is far longer.
func distance(a, b string) int {
	if len(a) > 2*len(b) || len(b) > 2*len(a) {
		return len(a) + len(b)
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := diagonal
			if a[i] != b[j] {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}

// enumerate returns names as a sentence has them: "a, b and c".
func enumerate(names []string, and string) string {
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	last := len(names) - 1
	return strings.Join(names[:last], ", ") + " " + and + " " + names[last]
}
