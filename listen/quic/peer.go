package quic

import (
	"time"

	"github.com/quic-go/quic-go"
)

// A peer is one connection of a client.
type peer struct {
	conn    *quic.Conn
	streams *streams

	// Guarded by streams.mu:
	active  int       // exchanges at the moment, whose request line is complete
	since   time.Time // end of the last exchange, or begin of the connection
	asked   bool      // there was an exchange
	closing bool      // to make room for another connection
}

// accept takes streams until the connection ends.
func (p *peer) accept() {
	s := p.streams
	defer func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.peers, p)
	}()
	for {
		st, err := p.conn.AcceptStream(s.ctx)
		if err != nil {
			return
		}
		select {
		case s.ready <- &stream{Stream: st, peer: p}:
		case <-s.stopping:
			st.CancelWrite(codeStopping)
			st.CancelRead(codeStopping)
		}
	}
}

// enter notes that a request line is complete. A stream whose line is not does not keep
// its connection from making room for another one: a client could hold any number of
// connections by dripping lines.
func (p *peer) enter() {
	p.streams.mu.Lock()
	defer p.streams.mu.Unlock()
	p.active++
	p.asked = true
}

// leave notes that an exchange is over.
func (p *peer) leave() {
	p.streams.mu.Lock()
	defer p.streams.mu.Unlock()
	p.active--
	p.since = time.Now()
}

// close closes the connection when the client has its answers, and at the given time at
// the latest. Closing discards bytes that the client has not acknowledged, and quic-go
// does not tell whether there are any. But while there are, packets are exchanged; so
// close waits until there have been none for a while.
func (p *peer) close(latest time.Time) {
	p.streams.mu.Lock()
	asked := p.asked
	p.streams.mu.Unlock()
	if asked {
		p.quiesce(latest)
	}
	p.conn.CloseWithError(codeStopping, errStopping.Error())
}

const (
	quiescePoll = 50 * time.Millisecond
	quiesceMin  = time.Second // plus four round trips; lost packets are sent again within that
)

// quiesce returns when no packets have been exchanged for a while, when the client has
// closed the connection, or at the given time.
func (p *peer) quiesce(latest time.Time) {
	tick := time.NewTicker(quiescePoll)
	defer tick.Stop()
	var packets uint64
	for last := time.Now(); time.Now().Before(latest); {
		stats := p.conn.ConnectionStats()
		if now := stats.PacketsSent + stats.PacketsReceived; now != packets {
			packets, last = now, time.Now()
		} else if time.Since(last) > quiesceMin+4*stats.SmoothedRTT {
			return
		}
		select {
		case <-p.conn.Context().Done():
			return
		case <-tick.C:
		}
	}
}
