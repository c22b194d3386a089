package render

import (
	"fmt"
	"math"
	"strconv"

	"github.com/tdsprobe/tdsprobe/enumerate"
)

// An htmlPlot shows how long stages take, on a logarithmic scale.
type htmlPlot struct {
	ID          string
	Title       string
	Description string
	Height      int
	Ticks       []htmlTick
	Stages      []htmlStage
}

// An htmlTick is a line of the scale.
type htmlTick struct {
	X     string
	Label string
}

// An htmlStage is one stage, with where its percentiles are in the plot.
type htmlStage struct {
	Name string
	enumerate.Percentiles
	Y             int
	X50, X95, X99 string
}

// Places of the plot, in units of its own: the scale begins right of the names
// of the stages, and the stages are so far apart.
const (
	htmlPlotLeft, htmlPlotRight = 84, 462
	htmlPlotTop, htmlPlotStep   = 22, 30
)

// newHTMLPlot returns a plot of three stages, nil if nothing was timed.
func newHTMLPlot(id, title string, connect, prelogin, handshake enumerate.Percentiles) *htmlPlot {
	plot := &htmlPlot{ID: id, Title: title}
	low, high := math.Inf(1), 0.0
	for _, s := range []htmlStage{{Name: "Connect", Percentiles: connect}, {Name: "PRELOGIN", Percentiles: prelogin}, {Name: "Handshake", Percentiles: handshake}} {
		if s.P99 <= 0 {
			continue
		}
		low, high = min(low, htmlMillis(s.P50)), max(high, s.P99)
		s.Y = htmlPlotTop + len(plot.Stages)*htmlPlotStep
		plot.Stages = append(plot.Stages, s)
		plot.Description += fmt.Sprintf("%s: half within %s ms, 95 %% within %s ms, 99 %% within %s ms. ", s.Name, s.Label(s.P50), s.Label(s.P95), s.Label(s.P99))
	}
	if plot.Stages == nil {
		return nil
	}
	first, last := math.Floor(math.Log10(low)), math.Ceil(math.Log10(high))
	scale := htmlScale{first, max(last, first+1)}
	for i := range plot.Stages {
		s := &plot.Stages[i]
		s.X50, s.X95, s.X99 = scale.x(s.P50), scale.x(s.P95), scale.x(s.P99)
	}
	for decade := first; decade <= scale.last; decade++ {
		plot.Ticks = append(plot.Ticks, htmlTick{scale.x(math.Pow(10, decade)), strconv.FormatFloat(math.Pow(10, decade), 'g', -1, 64)})
	}
	plot.Height = htmlPlotTop + len(plot.Stages)*htmlPlotStep
	return plot
}

// htmlMillis is a time as the scale can have it, which has no zero.
func htmlMillis(ms float64) float64 { return min(max(ms, 0.001), 1e7) }

// An htmlScale goes from one power of ten to another.
type htmlScale struct{ first, last float64 }

func (s htmlScale) x(ms float64) string {
	share := (math.Log10(htmlMillis(ms)) - s.first) / (s.last - s.first)
	return strconv.FormatFloat(htmlPlotLeft+share*(htmlPlotRight-htmlPlotLeft), 'f', 1, 64)
}

// Label writes milliseconds with three digits that count.
func (htmlStage) Label(ms float64) string { return strconv.FormatFloat(ms, 'g', 3, 64) }
