package main

import (
	"encoding/json"
	"maps"
	"math"
	"slices"
	"strconv"
	"testing"
)

var palette = map[string]string{"blue": blue, "orange": orange, "vermilion": vermilion, "grey": grey}

// TestColors requires that dashboards have the palette's colours and no others.
func TestColors(t *testing.T) {
	allowed := append(slices.Collect(maps.Values(palette)), plain)
	// The last is Grafana's own, for ten lines of which each has its name beside it.
	modes := []string{"thresholds", "fixed", "palette-classic"}
	var walk func(t *testing.T, key string, value any)
	walk = func(t *testing.T, key string, value any) {
		switch value := value.(type) {
		case map[string]any:
			for k, v := range value {
				walk(t, k, v)
			}
			if mode, ok := value["mode"].(string); ok && key == "color" && !slices.Contains(modes, mode) {
				t.Errorf("colour mode %q has colours of its own: use one of %v", mode, modes)
			}
		case []any:
			for _, v := range value {
				walk(t, key, v)
			}
		case string:
			if (key == "color" || key == "fixedColor") && !slices.Contains(allowed, value) {
				t.Errorf("colour %q: take one of palette.go", value)
			}
		}
	}
	each(t, func(t *testing.T, b board, _ classic) {
		var content any
		if err := json.Unmarshal(shipped(t, b), &content); err != nil {
			t.Fatal(err)
		}
		walk(t, "", content)
	})
}

// sights are what the three kinds of cones make of linear red, green and blue
// where one of them is missing: Machado, Oliveira and Fernandes 2009, severity 1.
var sights = map[string][3][3]float64{
	"all cones": {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}},
	"protanopia": {
		{0.152286, 1.052583, -0.204868}, {0.114503, 0.786281, 0.099216}, {-0.003882, -0.048116, 1.051998},
	},
	"deuteranopia": {
		{0.367322, 0.860646, -0.227968}, {0.280085, 0.672501, 0.047413}, {-0.011820, 0.042940, 0.968881},
	},
	"tritanopia": {
		{1.255528, -0.076749, -0.178779}, {-0.078411, 0.930809, 0.147602}, {0.004733, 0.691367, 0.303900},
	},
}

// TestColorBlind requires that the palette's colours differ for every kind of
// sight. 15 in CIELAB is plain to see; Grafana's red and green come to 8.
func TestColorBlind(t *testing.T) {
	for sight, matrix := range sights {
		for a, one := range palette {
			for b, other := range palette {
				if a >= b {
					continue
				}
				if distance := lab(one, matrix).to(lab(other, matrix)); distance < 15 {
					t.Errorf("with %s, %s and %s look alike: %.0f apart, and it takes 15", sight, a, b, distance)
				}
			}
		}
	}
}

type triple [3]float64

func (a triple) to(b triple) float64 {
	return math.Hypot(math.Hypot(a[0]-b[0], a[1]-b[1]), a[2]-b[2])
}

// lab is a colour such as "#0072B2" in CIELAB, as it is seen.
func lab(hex string, sight [3][3]float64) triple {
	var linear, seen triple
	for i := range linear {
		value, err := strconv.ParseUint(hex[1+2*i:3+2*i], 16, 8)
		if err != nil {
			panic(err)
		}
		linear[i] = math.Pow((float64(value)/255+0.055)/1.055, 2.4)
	}
	for i, row := range sight {
		sum := row[0]*linear[0] + row[1]*linear[1] + row[2]*linear[2]
		seen[i] = min(1, max(0, sum))
	}
	r, g, b := seen[0], seen[1], seen[2]
	x := math.Cbrt((0.4124*r + 0.3576*g + 0.1805*b) / 0.9505)
	y := math.Cbrt(0.2126*r + 0.7152*g + 0.0722*b)
	z := math.Cbrt((0.0193*r + 0.1192*g + 0.9505*b) / 1.089)
	return triple{116*y - 16, 500 * (x - y), 200 * (y - z)}
}
