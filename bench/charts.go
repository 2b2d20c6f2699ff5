package main

import "fmt"

// charts are the pictures of the report: what each microsecond goes to, what each step
// gives, and how the cost grows with connections and routes.
func (o *outcome) charts() []chart {
	return []chart{o.partsChart(), o.stepsChart(), o.concurrencyChart(), o.routesChart()}
}

// partsChart divides the cost of the small text: into kernel and user code as the kernel
// counts them, and of the latter what the exchange takes in memory.
func (o *outcome) partsChart() chart {
	c := chart{
		title:  fmt.Sprintf("What each microsecond goes to: small text, %d at a time, CPU of the server", stepsAt),
		legend: []string{"kernel", "listener and Go runtime", "reading the line", "route and handler", "writing the answer"},
	}
	e := o.experiment(smallName(stepsAt))
	for _, ct := range e.contenders {
		whole, ok := e.of(ct.name, figCost).median()
		system, _ := e.of(ct.name, figSystem).median()
		if !ok {
			continue
		}
		b := bar{label: ct.name, segments: []float64{system, whole - system}, note: fmt.Sprintf("%.1f µs", whole)}
		if ct.name == titleOf("default") {
			b.segments = append(b.segments[:1], o.userParts(whole-system)...)
		}
		if ct.name == loopName || ct.name == cLoopName || ct.name == titleOf("default") {
			c.bars = append(c.bars, b)
		}
	}
	return c
}

// userParts divides the user code of an exchange, in µs.
func (o *outcome) userParts(user float64) []float64 {
	line, _ := o.benchmarks.ns("Exchange/part=line").median()
	route, _ := o.benchmarks.ns("Exchange/part=route").median()
	whole, _ := o.benchmarks.ns("Exchange/answer=small").median()
	line, route, whole = line/1e3, route/1e3, whole/1e3
	return []float64{max(0, user-whole), line, route, max(0, whole-line-route)}
}

func (o *outcome) stepsChart() chart {
	c := chart{title: fmt.Sprintf("Without each step: small text, %d at a time, µs of CPU", stepsAt)}
	e := o.experiment(smallName(stepsAt))
	whole := e.of(titleOf("default"), figCost)
	if _, ok := whole.median(); !ok {
		return c
	}
	c.bars = append(c.bars, e.bar("all steps", titleOf("default")))
	for _, m := range modes {
		if m.step == "" {
			continue
		}
		b := e.bar(m.title, m.title)
		b.note += " (" + e.of(m.title, figCost).minus(whole).text("%+.1f") + ")"
		c.bars = append(c.bars, b)
	}
	return c
}

// bar is the cost of a contender.
func (e *experiment) bar(label, contender string) bar {
	s := e.of(contender, figCost)
	m, _ := s.median()
	return bar{label: label, segments: []float64{m}, note: s.text("%.1f") + " µs"}
}

func (o *outcome) concurrencyChart() chart {
	c := chart{title: "Small text by connections at a time: µs of CPU, and the ratio to the bare loop"}
	for _, n := range []int{1, 64, 512, 4096} {
		e, gap := o.experiment(smallName(n)), true
		for _, ct := range e.contenders {
			if !chosenByPeople(ct.name) || e.of(ct.name, figCost) == nil {
				continue
			}
			b := e.bar(thousands(n)+": "+ct.name, ct.name)
			b.note += ", " + e.ratio(ct.name).text("%.2f")
			b.gap, gap = gap, false
			c.bars = append(c.bars, b)
		}
	}
	return c
}

// chosenByPeople reports whether a contender is a loop, or a mode that people choose.
func chosenByPeople(name string) bool {
	for _, m := range modes {
		if m.title == name {
			return m.use == everywhere
		}
	}
	return name == loopName || name == cLoopName
}

func (o *outcome) routesChart() chart {
	c := chart{title: fmt.Sprintf("Small text by routes: %d at a time, µs of CPU", stepsAt)}
	e := o.experiment(smallName(stepsAt))
	for _, routes := range []int{usualRoutes, manyRoutes} {
		name := contenderName(modes[0], routes)
		if e.of(name, figCost) != nil {
			c.bars = append(c.bars, e.bar(thousands(routes)+" routes", name))
		}
	}
	return c
}
