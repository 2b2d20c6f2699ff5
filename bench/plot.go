package main

import (
	"fmt"
	"html"
	"io"
	"strings"
)

// A chart is a list of horizontal bars on one scale.
type chart struct {
	title  string
	legend []string // of the segments; nil if the bars have one
	bars   []bar
}

// A bar is a label and what is drawn behind it: segments in a row, and a note.
type bar struct {
	label    string
	segments []float64
	note     string
	gap      bool // a gap above it
}

func (b bar) sum() (sum float64) {
	for _, s := range b.segments {
		sum += s
	}
	return sum
}

// Lengths in pixels.
const (
	plotWidth  = 860
	plotMargin = 20
	plotLabels = 300 // width of the labels
	plotNotes  = 130 // width of the notes
	barHeight  = 16
	barStep    = 22
	barGap     = 10
	chartHead  = 34
	legendRow  = 22
	chartFoot  = 26
)

// plotStyle has colours for bright and for dark surroundings. The picture has a background
// of its own, so that it can be read wherever it is shown.
const plotStyle = `
text { font: 13px system-ui, sans-serif; fill: #1f2328 }
.title { font-size: 15px; font-weight: 600 }
.paper { fill: #ffffff }
.axis { stroke: #8c959f }
.s0 { fill: #2f6fb3 } .s1 { fill: #d97b29 } .s2 { fill: #3f9a58 } .s3 { fill: #a45fb5 } .s4 { fill: #c4a000 }
@media (prefers-color-scheme: dark) {
text { fill: #e6edf3 }
.paper { fill: #0d1117 }
.axis { stroke: #6e7681 }
.s0 { fill: #4f94dc } .s1 { fill: #ee9a50 } .s2 { fill: #5cbc78 } .s3 { fill: #c58ad6 } .s4 { fill: #dcc03a }
}
`

// plot draws the charts below each other as SVG.
func plot(w io.Writer, charts []chart) {
	var body strings.Builder
	y := plotMargin
	for _, c := range charts {
		if len(c.bars) > 0 {
			y = c.draw(&body, y)
		}
	}
	fmt.Fprintf(w, "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %[1]d %[2]d\">\n", plotWidth, y)
	fmt.Fprintf(w, "<style>%s</style>\n<rect class=\"paper\" width=\"%d\" height=\"%d\"/>\n%s</svg>\n", plotStyle, plotWidth, y, body.String())
}

// draw draws the chart from the height y on, and returns the height below it.
func (c chart) draw(w io.Writer, y int) int {
	fmt.Fprintf(w, "<text class=\"title\" x=\"%d\" y=\"%d\">%s</text>\n", plotMargin, y+15, html.EscapeString(c.title))
	y += chartHead
	if c.legend != nil {
		x := plotMargin
		for i, name := range c.legend {
			fmt.Fprintf(w, "<rect class=\"s%d\" x=\"%d\" y=\"%d\" width=\"12\" height=\"12\"/>\n", i, x, y-4)
			fmt.Fprintf(w, "<text x=\"%d\" y=\"%d\">%s</text>\n", x+18, y+7, html.EscapeString(name))
			x += 40 + 7*len([]rune(name))
		}
		y += legendRow
	}
	most := 0.0
	for _, b := range c.bars {
		most = max(most, b.sum())
	}
	scale := float64(plotWidth-2*plotMargin-plotLabels-plotNotes) / most
	top := y
	for _, b := range c.bars {
		if b.gap {
			y += barGap
		}
		b.draw(w, y, scale)
		y += barStep
	}
	left := plotMargin + plotLabels
	fmt.Fprintf(w, "<line class=\"axis\" x1=\"%d\" y1=\"%d\" x2=\"%[1]d\" y2=\"%[3]d\"/>\n", left, top-4, y)
	return y + chartFoot
}

func (b bar) draw(w io.Writer, y int, scale float64) {
	fmt.Fprintf(w, "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>\n", plotMargin+plotLabels-8, y+13, html.EscapeString(b.label))
	x := float64(plotMargin + plotLabels)
	for i, s := range b.segments {
		fmt.Fprintf(w, "<rect class=\"s%d\" x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\"/>\n", i, x, y, s*scale, barHeight)
		x += s * scale
	}
	fmt.Fprintf(w, "<text x=\"%.1f\" y=\"%d\">%s</text>\n", x+6, y+13, html.EscapeString(b.note))
}
