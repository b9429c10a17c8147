package main

import "github.com/grafana/grafana-foundation-sdk/go/dashboard"

// The colours, after Okabe and Ito: told apart by people who do not see red
// and green as others do. Every colour comes with a word or a number that says
// the same. The blue is a little lighter than theirs, to be read on Grafana's
// dark background too.
const (
	blue      = "#1F83C4" // good, compliant; one of two where neither is good or bad
	orange    = "#E69F00" // look at it; the other of two
	vermilion = "#D55E00" // bad, not compliant
	grey      = "#999999" // exempt, or of no matter
	plain     = "text"    // a number that is neither good nor bad
)

// unit is how numbers are written.
type unit struct {
	name     string
	decimals float64
}

var (
	percent  = unit{"percentunit", 1}
	count    = unit{"locale", 0} // 1,234 and not 1.23 K
	points   = unit{"suffix:points", 1}
	duration = unit{"s", 1}
	bytesIEC = unit{"bytes", 0}
	cores    = unit{"suffix:cores", 3}

	perSecond = unit{"suffix:/s", 2}
)

// steps colours numbers, each from a value upwards. The first colour is also
// that of the words for an empty result.
type steps []dashboard.Threshold

func from(color string) steps {
	return steps{{Color: color}}
}

func (s steps) then(value float64, color string) steps {
	return append(s[:len(s):len(s)], dashboard.Threshold{Value: &value, Color: color})
}

var (
	neutral = from(plain)

	// Below 0.8, and after 30 days, alerts fire unless the chart's values say
	// otherwise. The smallest pod that the Pod Security Standard restricted
	// admits scores 75.
	complianceSteps = from(plain).then(0, vermilion).then(0.5, orange).then(0.8, blue)
	scoreSteps      = from(plain).then(0, vermilion).then(0.5, orange).then(0.75, blue)
	changeSteps     = from(plain).then(-100, vermilion).then(-0.05, plain).then(0.05, blue) // in points

	badAboveZero = from(plain).then(0, blue).then(1, vermilion)
	lookAtAny    = from(plain).then(0, blue).then(1, orange)
	goodFromOne  = from(vermilion).then(1, blue)

	ageSteps       = from(plain).then(7*day, orange).then(30*day, vermilion)               // in seconds
	remainingSteps = from(plain).then(-3650*day, grey).then(0, orange).then(14*day, plain) // until an end, in seconds
	waitSteps      = from(plain).then(0, blue).then(10, orange).then(60, vermilion)
)

const day = 86400.0

// say is how a value is shown instead of itself.
type say map[string]dashboard.ValueMappingResult

func word(text, color string) dashboard.ValueMappingResult {
	result := dashboard.ValueMappingResult{Text: &text}
	if color != "" {
		result.Color = &color
	}
	return result
}

var (
	yesOrNo = say{"1": word("yes", ""), "0": word("no", vermilion)}
	// Of several replicas one reports; that the others do not is as it should be.
	reportsOrNot = say{"1": word("yes", ""), "0": word("standby", grey)}

	severities = say{
		"critical": word("critical", vermilion), "high": word("high", orange),
		"medium": word("medium", blue), "low": word("low", grey),
	}
	required    = say{"true": word("yes", plain), "false": word("no", grey)}
	alertStates = say{"firing": word("firing", vermilion), "pending": word("pending", orange)}
)

func (s say) mappings() []dashboard.ValueMapping {
	if s == nil {
		return nil
	}
	return []dashboard.ValueMapping{{ValueMap: &dashboard.ValueMap{Type: dashboard.MappingTypeValueToText, Options: s}}}
}
