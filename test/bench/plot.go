package main

import (
	"errors"
	"image/color"
	"math"
	"os"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"
)

// memoryPlot is where the plot goes, in the checkout.
const memoryPlot = "docs/images/memory.png"

// curve is how a program is drawn: in colours that colour-blind people tell
// apart too, with different marks and dashes, and with its name beside it.
type curve struct {
	program string
	color   color.Color
	mark    draw.GlyphDrawer
	dashes  []vg.Length
	above   bool // whether the values stand above the marks
}

var curves = []curve{
	{"baseline", color.RGBA{0xd5, 0x5e, 0x00, 0xff}, draw.BoxGlyph{}, []vg.Length{vg.Points(7), vg.Points(4)}, true},
	{"podscore", color.RGBA{0x00, 0x72, 0xb2, 0xff}, draw.CircleGlyph{}, nil, false},
}

// plotMemory draws the peak resident memory against the number of pods. Both
// axes are logarithmic: what is proportional to the pods has the same slope
// everywhere, and the distance of the curves is the ratio.
func plotMemory(results *Results, path string) error {
	plot.DefaultFont = font.Font{Typeface: "Liberation", Variant: "Sans"}
	plotter.DefaultFont = plot.DefaultFont
	p := plot.New()
	p.Title.Text = "Peak resident memory of the whole process"
	p.X.Label.Text = "pods"
	p.X.Scale, p.Y.Scale = plot.LogScale{}, plot.LogScale{}
	p.X.Tick.Marker, p.Y.Tick.Marker = podTicks(results.sizes()), memoryTicks{}
	grid := plotter.NewGrid()
	grid.Vertical.Color, grid.Horizontal.Color = color.Gray{0xdd}, color.Gray{0xdd}
	p.Add(grid)
	for _, curve := range curves {
		if err := curve.add(p, results); err != nil {
			return err
		}
	}
	sizes := results.sizes()
	p.X.Min, p.X.Max = float64(sizes[0])*0.6, float64(sizes[len(sizes)-1])*2.2
	p.Y.Min, p.Y.Max = math.Exp2(math.Floor(math.Log2(p.Y.Min*0.8))), math.Exp2(math.Ceil(math.Log2(p.Y.Max*1.3)))
	return save(p, path)
}

// save writes the plot as a PNG that is sharp on any screen, with a margin.
func save(p *plot.Plot, path string) error {
	image := vgimg.NewWith(vgimg.UseWH(6.5*vg.Inch, 4*vg.Inch), vgimg.UseDPI(200))
	p.Draw(draw.Crop(draw.New(image), vg.Points(8), vg.Points(-8), vg.Points(6), vg.Points(-8)))
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	_, err = vgimg.PngCanvas{Canvas: image}.WriteTo(file)
	return errors.Join(err, file.Close())
}

func (c curve) add(p *plot.Plot, results *Results) error {
	var points plotter.XYs
	values := plotter.XYLabels{}
	for _, pods := range results.sizes() {
		bytes := results.median(c.program, pods, peak)
		if math.IsNaN(bytes) {
			continue
		}
		point := plotter.XY{X: float64(pods), Y: bytes / (1 << 20)}
		points = append(points, point)
		values.XYs, values.Labels = append(values.XYs, point), append(values.Labels, mebibytes(bytes))
	}
	if len(points) == 0 {
		return nil
	}
	line, marks, err := plotter.NewLinePoints(points)
	if err != nil {
		return err
	}
	line.Color, line.Width, line.Dashes = c.color, vg.Points(2), c.dashes
	marks.Color, marks.Shape, marks.Radius = c.color, c.mark, vg.Points(4)
	labels, err := plotter.NewLabels(values)
	if err != nil {
		return err
	}
	last := points[len(points)-1]
	name, err := plotter.NewLabels(plotter.XYLabels{XYs: plotter.XYs{last}, Labels: []string{c.program}})
	if err != nil {
		return err
	}
	c.style(labels, name)
	p.Add(line, marks, labels, name)
	return nil
}

// style puts the values above the marks, to the left of the rising line, or
// below, and the name to the right of the last mark.
func (c curve) style(values, name *plotter.Labels) {
	values.Offset = vg.Point{X: vg.Points(-14), Y: vg.Points(8)}
	for i := range values.TextStyle {
		values.TextStyle[i].Color, values.TextStyle[i].XAlign = c.color, draw.XCenter
		if !c.above {
			values.Offset, values.TextStyle[i].YAlign = vg.Point{Y: vg.Points(-8)}, draw.YTop
		}
	}
	name.Offset = vg.Point{X: vg.Points(10)}
	name.TextStyle[0].Color, name.TextStyle[0].YAlign = c.color, draw.YCenter
	name.TextStyle[0].Font.Size = vg.Points(13)
}

// podTicks marks the numbers of pods that were measured.
type podTicks []int

// Ticks implements plot.Ticker.
func (t podTicks) Ticks(_, _ float64) []plot.Tick {
	var ticks []plot.Tick
	for _, pods := range t {
		ticks = append(ticks, plot.Tick{Value: float64(pods), Label: thousands(pods)})
	}
	return ticks
}

// memoryTicks marks the powers of two, in MiB.
type memoryTicks struct{}

// Ticks implements plot.Ticker.
func (memoryTicks) Ticks(low, high float64) []plot.Tick {
	var ticks []plot.Tick
	for value := math.Exp2(math.Ceil(math.Log2(low))); value <= high; value *= 2 {
		ticks = append(ticks, plot.Tick{Value: value, Label: mebibytes(value * (1 << 20))})
	}
	return ticks
}
