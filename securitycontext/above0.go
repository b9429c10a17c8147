package securitycontext

// above0 returns Missing for an id that is not set, and the reason otherwise for one
// that is not above 0.
func above0(id *int64, otherwise Reason) Reason {
	switch {
	case id == nil:
		return Missing
	case *id <= 0:
		return otherwise
	}
	return passed
}
