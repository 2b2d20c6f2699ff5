package web_test

import (
	"bufio"
	"context"
	"crypto/tls"
	"encoding/binary"
	"io"
	"net"
	"net/http"
	"testing"
	"time"

	"gopherframe"
	"gopherframe/listen"
	"gopherframe/listen/web"
)

// selfSigned returns a configuration with a new certificate.
func selfSigned(t *testing.T) *tls.Config {
	t.Helper()
	pair, err := listen.SelfSigned("localhost")
	if err != nil {
		t.Fatal(err)
	}
	return &tls.Config{Certificates: []tls.Certificate{pair}}
}

// Types of frames of HTTP/2, RFC 9113 section 6, and a flag.
const (
	frameHeaders, frameReset, frameSettings, framePing = 1, 3, 4, 6
	flagAck                                            = 1
)

// frame returns a frame of HTTP/2.
func frame(typ, flags byte, stream uint32, payload ...byte) string {
	b := []byte{0, 0, byte(len(payload)), typ, flags, 0, 0, 0, 0}
	binary.BigEndian.PutUint32(b[5:], stream)
	return string(append(b, payload...))
}

// A rawHTTP2 is a connection on which a test writes frames itself.
type rawHTTP2 struct {
	net.Conn
	in *bufio.Reader
}

func dialHTTP2(t *testing.T, addr string) rawHTTP2 {
	t.Helper()
	c := tls.Client(dial(t, addr), &tls.Config{InsecureSkipVerify: true, NextProtos: []string{"h2"}})
	io.WriteString(c, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"+frame(frameSettings, 0, 0))
	return rawHTTP2{c, bufio.NewReader(c)}
}

// await returns the payload of the next frame of a type and with flags.
func (c rawHTTP2) await(t *testing.T, typ, flags byte) []byte {
	t.Helper()
	for {
		var head [9]byte
		if _, err := io.ReadFull(c.in, head[:]); err != nil {
			t.Fatal(err)
		}
		payload := make([]byte, int(head[0])<<16|int(head[1])<<8|int(head[2]))
		if _, err := io.ReadFull(c.in, payload); err != nil {
			t.Fatal(err)
		}
		if head[3] == typ && head[4] == flags {
			return payload
		}
	}
}

// TestResetMakesRoom: a connection of HTTP/2 whose request was reset asks for nothing, so it
// makes room for others.
func TestResetMakesRoom(t *testing.T) {
	asked := make(chan struct{}, 1)
	addr, _ := start(t, &web.Listener{Config: selfSigned(t), Limits: listen.Limits{MaxConns: 1}}, func(*gopherframe.Request) gopherframe.Response {
		asked <- struct{}{}
		return gopherframe.Text("x")
	})
	const endStream, endHeaders = 1, 4
	get := frame(frameHeaders, endStream|endHeaders, 1, 0x82, 0x84, 0x87, 0x01, 1, 'x') // GET, /, https, and the host x
	for range 20 {
		c := dialHTTP2(t, addr)
		io.WriteString(c, get+frame(frameReset, 0, 1, 0, 0, 0, 8)+frame(framePing, 0, 0, make([]byte, 8)...))
		c.await(t, framePing, flagAck)
		<-asked
	}
}

// TestMaxStreams: one connection has no more exchanges than there may be connections.
func TestMaxStreams(t *testing.T) {
	for _, tt := range []struct {
		limits listen.Limits
		want   uint32
	}{
		{listen.Limits{}, 100},
		{listen.Limits{MaxConns: -1}, 100},
		{listen.Limits{MaxConns: 3}, 3},
		{listen.Limits{MaxConnsPerAddr: 2}, 2},
	} {
		addr, _ := start(t, &web.Listener{Config: selfSigned(t), Limits: tt.limits}, answers(gopherframe.Text("x")))
		const maxConcurrentStreams = 3
		var got uint32
		for s := dialHTTP2(t, addr).await(t, frameSettings, 0); len(s) >= 6; s = s[6:] {
			if binary.BigEndian.Uint16(s) == maxConcurrentStreams {
				got = binary.BigEndian.Uint32(s[2:])
			}
		}
		if got != tt.want {
			t.Errorf("%+v: %d, want %d", tt.limits, got, tt.want)
		}
	}
}

// TestQuietStream: a stream may be silent for longer than StallTimeout.
func TestQuietStream(t *testing.T) {
	const stall = time.Second
	addr, _ := start(t, &web.Listener{Config: selfSigned(t), Limits: listen.Limits{StallTimeout: stall}},
		answers(&gopherframe.Stream{Type: '9', Write: func(ctx context.Context, w io.Writer) error {
			if _, err := io.WriteString(w, "begin\n"); err != nil {
				return err
			}
			select {
			case <-time.After(2 * stall):
			case <-ctx.Done():
				return ctx.Err()
			}
			_, err := io.WriteString(w, "end\n")
			return err
		}}))
	for _, h2 := range []bool{false, true} {
		c := client(t, &http.Transport{ForceAttemptHTTP2: h2, TLSClientConfig: &tls.Config{InsecureSkipVerify: true}})
		r, err := c.Get("https://" + addr + "/9/x")
		if err != nil {
			t.Fatal(err)
		}
		if b, err := io.ReadAll(r.Body); err != nil || string(b) != "begin\nend\n" {
			t.Errorf("%s: %q, %v", r.Proto, b, err)
		}
		r.Body.Close()
	}
}
