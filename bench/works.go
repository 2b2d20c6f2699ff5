package main

import "time"

// The names of the experiments that the report refers to.
const (
	menuName      = "menu of 100 ready items"
	pageName      = "text file of 10 KB"
	bigTextName   = "text file of 100 MB"
	bigBinaryName = "binary of 100 MB"
	directoryName = "automatic menu of 1,000 files, made anew"
	keptName      = "automatic menu of 1,000 files, kept"
	tlsName       = "TLS, a new handshake each"
	quicName      = "QUIC, a kept connection"
	idleName      = "idle connection"
	peakName      = "memory for the text of 100 MB"
)

// onContent are the experiments on larger answers.
func (p *plan) onContent() []*experiment {
	s := p.site
	return []*experiment{
		p.onCost(menuName, s.menu, "tcp", stepsAt, append(p.loops(s.menu), p.usual())),
		p.settled(p.onCost(pageName, s.page, "tcp", stepsAt, p.in(onFiles, []contender{p.bare(sendfileName, "sendfile", s.page), p.usual()}))),
		p.inMilliseconds(bigTextName, s.bigText, p.bare(copyName, "copy", s.bigText)),
		p.inMilliseconds(bigBinaryName, s.bigBinary, p.bare(sendfileName, "sendfile", s.bigBinary)),
		p.onDirectory(directoryName, p.in(anew, nil)),
		p.settled(p.onDirectory(keptName, p.in(onFiles, []contender{p.usual()}))),
	}
}

// usual is the server that people get, with TCP.
func (p *plan) usual() contender { return p.app(modes[0], "tcp", usualRoutes) }

// inMilliseconds is an experiment on one large answer at a time.
func (p *plan) inMilliseconds(name string, w work, reference contender) *experiment {
	return &experiment{
		name: name, figures: costFigures("ms"), ratios: true, contenders: []contender{reference, p.usual()},
		measure: cost(w, "tcp", 1, p.turn, time.Millisecond),
	}
}

// onDirectory is an experiment on an automatic menu by servers.
func (p *plan) onDirectory(name string, servers []contender) *experiment {
	w := p.site.directory
	e := p.inMilliseconds(name, w, p.bare(loopName, "loop", w))
	e.contenders = append(e.contenders[:1], servers...)
	return e
}

// settled has the experiment measure when the files have not changed for so long that what
// they say is kept.
func (p *plan) settled(e *experiment) *experiment {
	measure := e.measure
	e.measure = func(server *process) ([]float64, error) {
		time.Sleep(time.Until(p.site.changed.Add(3 * time.Second)))
		return measure(server)
	}
	return e
}

// onTransports are the experiments on TLS and QUIC.
func (p *plan) onTransports() []*experiment {
	s := p.site
	return []*experiment{
		p.onCost(tlsName, s.small, "tls", 16, []contender{p.bare(loopName, "tls", s.small), p.app(modes[0], "tls", usualRoutes)}),
		p.onCost(quicName, s.small, "quic", 8, []contender{p.bare(loopName, "quic", s.small), p.app(modes[0], "quic", usualRoutes)}),
	}
}

// onMemory are the experiments on memory.
func (p *plan) onMemory() []*experiment {
	s, idle := p.site, 4000
	if p.short {
		idle = 100
	}
	return []*experiment{{
		name: idleName, figures: []figure{{"bytes each", "%.0f"}}, fresh: true,
		contenders: p.in(everywhere, p.loops(s.small)),
		measure:    idleMemory(s.small, idle),
	}, {
		name: peakName, figures: []figure{{"bytes", "%.0f"}}, fresh: true,
		contenders: []contender{p.usual()},
		measure:    peakMemory(s.small, s.bigText),
	}}
}

// A blocking is a part of all requests that is slow.
type blocking struct {
	name string
	part float64
	slow func(*site) work
}

var blockings = []blocking{
	{"tail, 10 % of the handlers sleep for 10 ms", 0.10, func(s *site) work { return s.sleep }},
	{"tail, 50 % of the handlers sleep for 10 ms", 0.50, func(s *site) work { return s.sleep }},
	{"tail, 2 % of the handlers compute for 3 ms", 0.02, func(s *site) work { return s.compute }},
}

// onTails are the experiments on latency while handlers block.
func (p *plan) onTails() []*experiment {
	var all []*experiment
	for _, b := range blockings {
		all = append(all, &experiment{
			name: b.name, figures: tailFigures,
			contenders: p.in(everywhere, nil),
			measure:    tail(p.site.small, b.slow(p.site), b.part, 8*p.turn),
		})
	}
	return all
}
