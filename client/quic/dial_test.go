package quic_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"io"
	"log/slog"
	"net"
	"testing"

	"gopherframe"
	"gopherframe/client/quic"
	"gopherframe/internal/leak"
	"gopherframe/listen"
	listenquic "gopherframe/listen/quic"
)

// dial connects to a server of h, which stops when the test ends.
func dial(t *testing.T, h gopherframe.Handler) net.Conn {
	t.Helper()
	leak.Check(t)
	pair, err := listen.SelfSigned("127.0.0.1")
	if err != nil {
		t.Fatal(err)
	}
	packets, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := &listenquic.Listener{
		PacketConn: packets,
		Config:     &tls.Config{Certificates: []tls.Certificate{pair}},
		Log:        slog.New(slog.DiscardHandler),
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error)
	go func() { ended <- server.Serve(ctx, h) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("Serve: %v", err)
		}
	})
	roots := x509.NewCertPool()
	roots.AddCert(pair.Leaf)
	c, err := quic.Dial(t.Context(), packets.LocalAddr().String(), &tls.Config{RootCAs: roots, ServerName: "127.0.0.1"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

// TestStopSending: a server answers at the end of the line and stops reading. The client
// gets the answer, although it can no longer write or end its request.
func TestStopSending(t *testing.T) {
	c := dial(t, func(*gopherframe.Request) gopherframe.Response { return gopherframe.Text("the answer") })
	if _, err := io.WriteString(c, "x\r\n"); err != nil {
		t.Fatal(err)
	}
	<-c.(interface{ Context() context.Context }).Context().Done() // STOP_SENDING has arrived
	if n, err := io.WriteString(c, "more"); n != 4 || err != nil {
		t.Errorf("Write after STOP_SENDING: %d, %v, want 4, nil", n, err)
	}
	if err := c.(interface{ CloseWrite() error }).CloseWrite(); err != nil {
		t.Errorf("CloseWrite after STOP_SENDING: %v, want nil", err)
	}
	if got, err := io.ReadAll(c); string(got) != "the answer\r\n.\r\n" || err != nil {
		t.Errorf("the answer is %q, %v", got, err)
	}
}

// TestWriteFails: a failure other than STOP_SENDING is reported.
func TestWriteFails(t *testing.T) {
	c := dial(t, func(*gopherframe.Request) gopherframe.Response { return gopherframe.Text("") })
	c.Close()
	if _, err := io.WriteString(c, "x\r\n"); err == nil {
		t.Error("Write on a closed connection succeeds")
	}
}
