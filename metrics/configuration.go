package metrics

import (
	"time"

	dto "github.com/prometheus/client_model/go"
)

// Configuration is what is told about the running configuration.
type Configuration struct {
	// Hash follows from the configuration. It has 48 bits, so that a float64 holds it.
	Hash uint64
	// Files is true if there are configuration files. Successful and LastSuccess are
	// exposed only then.
	Files bool
	// Successful is true if everything that is in the files is in effect.
	Successful bool
	// LastSuccess is when it was taken in; zero if never.
	LastSuccess time.Time
}

// configurationFamilies returns the families of the running configuration.
func configurationFamilies(c *Configuration) []*dto.MetricFamily {
	families := []*dto.MetricFamily{configHash.family(configHash.only(float64(c.Hash)))}
	if c.Files {
		families = append(families, configLastReloadSuccessful.family(configLastReloadSuccessful.only(boolean(c.Successful))))
	}
	if !c.LastSuccess.IsZero() && c.Files {
		families = append(families, configLastReloadSuccess.family(configLastReloadSuccess.only(seconds(c.LastSuccess))))
	}
	return families
}
