// Package verdicts judges pods by a policy, as the controller does, and keeps of each
// failure what people ask next: where it stands, and what excuses it.
package verdicts
