package bench

import (
	"bufio"
	"context"
	"crypto/tls"
	"io"
	"log/slog"
	"net"
	"testing"

	qgo "github.com/quic-go/quic-go"

	"gopherframe"
	"gopherframe/listen"
	"gopherframe/listen/quic"
)

// The exchange of BenchmarkTransports: a short line, and an answer as long as a menu.
const request = "hello/world\r\n"

var (
	text = gopherframe.Text(string(make([]byte, 2000))) // the Response
	page = append(make([]byte, 2000), "\r\n.\r\n"...)   // the same as it is sent
)

// BenchmarkTransports compares whole exchanges, client included, with those of a bare loop
// that accepts, reads a line and writes, without limits, deadlines or a lingering close.
func BenchmarkTransports(b *testing.B) {
	pair, err := listen.SelfSigned("localhost")
	if err != nil {
		b.Fatal(err)
	}
	server := &tls.Config{Certificates: []tls.Certificate{pair}, NextProtos: []string{"gopher"}}
	trusting := &tls.Config{InsecureSkipVerify: true, NextProtos: []string{"gopher"}}
	quiet := slog.New(slog.DiscardHandler)

	b.Run("over=tcp/server=bare", func(b *testing.B) {
		ln := bind(b)
		go bareLoop(ln)
		askTCP(b, ln.Addr().String(), nil)
	})
	b.Run("over=tcp/server=gopherframe", func(b *testing.B) {
		ln := bind(b)
		serve(b, &listen.TCP{Listener: ln, Log: quiet})
		askTCP(b, ln.Addr().String(), nil)
	})
	b.Run("over=tls/server=bare", func(b *testing.B) {
		ln := bind(b)
		go bareLoop(tls.NewListener(ln, server))
		askTCP(b, ln.Addr().String(), trusting)
	})
	b.Run("over=tls/server=gopherframe", func(b *testing.B) {
		ln := bind(b)
		serve(b, &listen.TLS{Listener: ln, Config: server, Log: quiet})
		askTCP(b, ln.Addr().String(), trusting)
	})
	b.Run("over=quic/server=bare", func(b *testing.B) {
		ln, err := qgo.ListenAddr("127.0.0.1:0", server, nil)
		if err != nil {
			b.Fatal(err)
		}
		defer ln.Close()
		go bareQUIC(ln)
		askQUIC(b, ln.Addr().String(), trusting)
	})
	b.Run("over=quic/server=gopherframe", func(b *testing.B) {
		packets, err := net.ListenPacket("udp", "127.0.0.1:0")
		if err != nil {
			b.Fatal(err)
		}
		serve(b, &quic.Listener{PacketConn: packets, Config: server, Log: quiet, MaxStreams: 100})
		askQUIC(b, packets.LocalAddr().String(), trusting)
	})
}

// bind returns a listener on a free port.
func bind(b *testing.B) net.Listener {
	b.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { ln.Close() })
	return ln
}

// serve runs l until the benchmark ends.
func serve(b *testing.B, l listen.Listener) {
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error)
	go func() {
		ended <- l.Serve(ctx, func(*gopherframe.Request) gopherframe.Response { return text })
	}()
	b.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			b.Error(err)
		}
	})
}

// bareLoop is the server to compare with over TCP and TLS.
func bareLoop(ln net.Listener) {
	for {
		c, err := ln.Accept()
		if err != nil {
			return
		}
		go func() {
			defer c.Close()
			if _, err := bufio.NewReader(c).ReadSlice('\n'); err == nil {
				c.Write(page)
			}
		}()
	}
}

// bareQUIC is the server to compare with over QUIC.
func bareQUIC(ln *qgo.Listener) {
	for {
		c, err := ln.Accept(context.Background())
		if err != nil {
			return
		}
		go func() {
			for {
				st, err := c.AcceptStream(context.Background())
				if err != nil {
					return
				}
				go func() {
					if _, err := bufio.NewReader(st).ReadSlice('\n'); err == nil {
						st.Write(page)
					}
					st.Close()
					st.CancelRead(0)
				}()
			}
		}()
	}
}

// askTCP makes exchanges, four at a time for each processor, each on a connection of its
// own. With a config it is a TLS connection.
func askTCP(b *testing.B, addr string, config *tls.Config) {
	b.SetParallelism(4)
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			c, err := net.Dial("tcp", addr)
			if err != nil {
				b.Error(err)
				return
			}
			if config != nil {
				c = tls.Client(c, config)
			}
			exchange(b, c)
			c.Close()
		}
	})
}

// askQUIC makes exchanges, four at a time for each processor, all on one connection.
func askQUIC(b *testing.B, addr string, config *tls.Config) {
	c, err := qgo.DialAddr(b.Context(), addr, config, nil)
	if err != nil {
		b.Fatal(err)
	}
	defer c.CloseWithError(0, "")
	b.SetParallelism(4)
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			st, err := c.OpenStreamSync(b.Context())
			if err != nil {
				b.Error(err)
				return
			}
			exchange(b, st)
			st.Close()
		}
	})
}

// exchange sends the request and reads the answer.
func exchange(b *testing.B, rw io.ReadWriter) {
	if _, err := io.WriteString(rw, request); err != nil {
		b.Error(err)
	}
	if n, err := io.Copy(io.Discard, rw); n != int64(len(page)) || err != nil {
		b.Errorf("%d bytes, %v", n, err)
	}
}
