package quic

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net"

	"github.com/quic-go/quic-go"
)

// notGopher is the error code of TLS for a server that speaks none of the client's
// protocols: no_application_protocol, RFC 7301 section 3.2, and RFC 9001 section 4.8.
const notGopher = 0x100 + 120

// A plainError says in words for a person what an error of quic-go means.
type plainError struct {
	text string
	err  error
}

// Error returns the words.
func (e *plainError) Error() string { return e.text }

// Unwrap returns the error of quic-go.
func (e *plainError) Unwrap() error { return e.err }

// plain returns err in plain words, if it is one of quic-go's and its meaning is known.
func plain(err error) error {
	if text := meaning(err); text != "" {
		return &plainError{text, err}
	}
	return err
}

// meaning returns what err means, "" if that is unknown.
func meaning(err error) string {
	var (
		handshake   *quic.HandshakeTimeoutError
		idle        *quic.IdleTimeoutError
		reset       *quic.StatelessResetError
		version     *quic.VersionNegotiationError
		transport   *quic.TransportError
		application *quic.ApplicationError
		stream      *quic.StreamError
	)
	switch {
	case errors.As(err, &handshake):
		return "the server does not complete the handshake of QUIC"
	case errors.As(err, &idle):
		return "the server does not answer any longer"
	case errors.As(err, &reset):
		return "the server knows nothing of the connection, as after a restart"
	case errors.As(err, &version):
		return "the server speaks other versions of QUIC"
	case errors.As(err, &transport):
		return meaningOfCode(transport)
	case errors.As(err, &application) && application.Remote:
		if application.ErrorMessage != "" {
			return "the server closed the connection: " + application.ErrorMessage
		}
		return "the server closed the connection"
	case errors.As(err, &stream) && stream.Remote:
		return "the server gave it up"
	}
	return ""
}

// meaningOfCode is meaning for errors of the transport and of TLS.
func meaningOfCode(err *quic.TransportError) string {
	switch code := err.ErrorCode; {
	case code.IsCryptoError() && !err.Remote:
		for _, cause := range err.Unwrap() {
			if cause != nil && cause != net.ErrClosed {
				return cause.Error()
			}
		}
	case code == notGopher:
		return "the server speaks QUIC, but not Gopher"
	case code.IsCryptoError():
		return fmt.Sprintf("the server ended the handshake: %v", tls.AlertError(code-0x100))
	case code == quic.ConnectionRefused && err.Remote:
		return "the server takes no more connections"
	}
	return ""
}
