package quic

import (
	"crypto/tls"
	"errors"
	"net"
	"testing"

	"github.com/quic-go/quic-go"

	"gopherframe/listen"
)

// TestPlain: an error of quic-go becomes words, and is still found by errors.As.
func TestPlain(t *testing.T) {
	unknown := &quic.TransportError{ErrorCode: quic.FlowControlError}
	tests := []struct {
		err  error
		want string
	}{
		{&quic.HandshakeTimeoutError{}, "the server does not complete the handshake of QUIC"},
		{&quic.IdleTimeoutError{}, "the server does not answer any longer"},
		{&quic.StatelessResetError{}, "the server knows nothing of the connection, as after a restart"},
		{&quic.VersionNegotiationError{}, "the server speaks other versions of QUIC"},
		{&quic.TransportError{Remote: true, ErrorCode: 0x178}, "the server speaks QUIC, but not Gopher"},
		{&quic.TransportError{Remote: true, ErrorCode: 0x174}, "the server ended the handshake: tls: certificate required"},
		{&quic.TransportError{Remote: true, ErrorCode: quic.ConnectionRefused}, "the server takes no more connections"},
		{&quic.ApplicationError{Remote: true, ErrorMessage: "the server stops"}, "the server closed the connection: the server stops"},
		{&quic.ApplicationError{Remote: true}, "the server closed the connection"},
		{&quic.StreamError{Remote: true, ErrorCode: 2}, "the server gave it up"},
		{unknown, unknown.Error()},
		{net.ErrClosed, net.ErrClosed.Error()},
	}
	for _, tt := range tests {
		if got := plain(tt.err); got.Error() != tt.want || !errors.Is(got, tt.err) {
			t.Errorf("%v: %v, want %s", tt.err, got, tt.want)
		}
	}
}

// TestDialFails: errors of servers that are not Gopher's, or not trusted, in plain words.
func TestDialFails(t *testing.T) {
	pair, err := listen.SelfSigned("127.0.0.1")
	if err != nil {
		t.Fatal(err)
	}
	for protocol, want := range map[string]string{
		"h3":     "the server speaks QUIC, but not Gopher",
		"gopher": "tls: failed to verify certificate: x509: certificate signed by unknown authority",
	} {
		ln, err := quic.ListenAddr("127.0.0.1:0", &tls.Config{Certificates: []tls.Certificate{pair}, NextProtos: []string{protocol}}, nil)
		if err != nil {
			t.Fatal(err)
		}
		defer ln.Close()
		if _, err := Dial(t.Context(), ln.Addr().String(), &tls.Config{ServerName: "127.0.0.1"}); err == nil || err.Error() != want {
			t.Errorf("%s: %v, want %s", protocol, err, want)
		}
	}
}
