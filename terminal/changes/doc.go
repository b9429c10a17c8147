// Package changes compares verdicts before and after a change: which failures are new, are
// fixed, or are exempt now, of which workloads.
package changes
