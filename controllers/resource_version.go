package controllers

import "strconv"

// parseResourceVersion returns a resource version as a number. The API server orders all
// events by it. It returns 0 for text that is no number.
func parseResourceVersion(text string) uint64 {
	number, err := strconv.ParseUint(text, 10, 64)
	if err != nil {
		return 0
	}
	return number
}
