package listen_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"gopherframe"
	"gopherframe/listen"
)

type key struct{}

// aboutContext returns what a handler sees of the context given to Serve.
func aboutContext(q *gopherframe.Request) string {
	_, deadline := q.Context().Deadline()
	return fmt.Sprintf("%v, deadline %t, %v", q.Context().Value(key{}), deadline, q.Context().Err())
}

// TestServeContext: the values of the context given to Serve reach every exchange. Its
// deadline does not, and its end does not end the contexts of exchanges.
func TestServeContext(t *testing.T) {
	const want = "value, deadline false, <nil>"
	ctx, cancel := context.WithTimeout(context.WithValue(t.Context(), key{}, "value"), time.Hour)
	defer cancel()
	begun, stopped := make(chan bool), make(chan bool)
	overEach(t, ctx, listen.Limits{}, func(q *gopherframe.Request) gopherframe.Response {
		before := aboutContext(q)
		begun <- true
		<-stopped
		return gopherframe.Text(before + "\n" + aboutContext(q))
	}, func(t *testing.T, s site) {
		c := s.connect()
		io.WriteString(c, "x\n")
		<-begun
		s.cancel()
		stopped <- true
		if got, err := io.ReadAll(c); string(got) != want+"\r\n"+want+"\r\n.\r\n" || err != nil {
			t.Errorf("%q, %v", got, err)
		}
		c.Close()
		if err := s.wait(); err != nil {
			t.Error(err)
		}
	})
	t.Run("stdio", func(t *testing.T) {
		var out bytes.Buffer
		err := (&listen.Stdio{In: strings.NewReader("x\n"), Out: &out, Log: quiet}).Serve(ctx, func(q *gopherframe.Request) gopherframe.Response {
			return gopherframe.Text(aboutContext(q))
		})
		if got := out.String(); got != want+"\r\n.\r\n" || err != nil {
			t.Errorf("%q, %v", got, err)
		}
	})
}

// follow answers with a Stream that, like one that follows a log, has no end before the
// server stops. It tells wrote when it has written its only line.
func follow(wrote chan<- bool) gopherframe.Handler {
	return func(q *gopherframe.Request) gopherframe.Response {
		return &gopherframe.Stream{Type: gopherframe.TypeText, Write: func(ctx context.Context, w io.Writer) error {
			io.WriteString(w, "line\n")
			wrote <- true
			select {
			case <-listen.Stopping(ctx):
				_, err := io.WriteString(w, "end\n")
				return err
			case <-ctx.Done():
				return ctx.Err()
			}
		}}
	}
}

// TestStopping: a Stream that follows a log ends when the server begins to stop. Its
// client gets everything that was written, and Serve does not wait for the end of Grace.
func TestStopping(t *testing.T) {
	wrote := make(chan bool, 1)
	overEach(t, t.Context(), listen.Limits{Grace: time.Hour}, follow(wrote), func(t *testing.T, s site) {
		c := s.connect()
		io.WriteString(c, "x\n")
		<-wrote
		s.cancel()
		if got, err := io.ReadAll(c); string(got) != "line\r\nend\r\n.\r\n" || err != nil {
			t.Errorf("%q, %v", got, err)
		}
		c.Close()
		if err := s.wait(); err != nil {
			t.Error(err)
		}
	})
	t.Run("stdio", func(t *testing.T) {
		var out bytes.Buffer
		l := &listen.Stdio{In: strings.NewReader("x\n"), Out: &out, Limits: listen.Limits{Grace: time.Hour}, Log: quiet}
		cancel, wait := runWith(t, t.Context(), l, follow(wrote))
		<-wrote
		cancel()
		if err := wait(); err != nil || out.String() != "line\r\nend\r\n.\r\n" {
			t.Errorf("%q, %v", out.String(), err)
		}
	})
	if listen.Stopping(t.Context()) != nil {
		t.Error("a context that is not from a listener has a channel")
	}
}

// tellCertificate answers with the name in the client's certificate.
func tellCertificate(q *gopherframe.Request) gopherframe.Response {
	state, ok := listen.ConnState(q.Context())
	name := "nobody"
	if len(state.PeerCertificates) > 0 {
		name = state.PeerCertificates[0].Subject.CommonName
	}
	return gopherframe.Text(fmt.Sprint(ok, " ", name))
}

// TestConnState: a handler learns the certificate of its client.
func TestConnState(t *testing.T) {
	pair, _ := certificate(t)
	client, err := listen.SelfSigned("client")
	if err != nil {
		t.Fatal(err)
	}
	config := &tls.Config{Certificates: []tls.Certificate{pair}, ClientAuth: tls.RequestClientCert}
	addr, clientConfig, _ := startTLS(t, &listen.TLS{Config: config, AllowPlain: true}, tellCertificate)
	clientConfig.InsecureSkipVerify = true
	if got, err := fetchTLS(t, addr, clientConfig, "x\n"); got != "true nobody\r\n.\r\n" || err != nil {
		t.Errorf("no certificate: %q, %v", got, err)
	}
	clientConfig.Certificates = []tls.Certificate{client}
	if got, err := fetchTLS(t, addr, clientConfig, "x\n"); got != "true client\r\n.\r\n" || err != nil {
		t.Errorf("a certificate: %q, %v", got, err)
	}
	if got, err := fetch(t, addr, "x\n"); got != "false nobody\r\n.\r\n" || err != nil {
		t.Errorf("no TLS: %q, %v", got, err)
	}

	// A net.Listener of an app may make the handshake itself.
	ln, err := tls.Listen("tcp", "127.0.0.1:0", config)
	if err != nil {
		t.Fatal(err)
	}
	run(t, &listen.TCP{Listener: ln, Log: quiet}, tellCertificate)
	if got, err := fetchTLS(t, ln.Addr().String(), clientConfig, "x\n"); got != "true client\r\n.\r\n" || err != nil {
		t.Errorf("a listener of crypto/tls: %q, %v", got, err)
	}
	if _, ok := listen.ConnState(t.Context()); ok {
		t.Error("a context that is not from a listener has a state")
	}
}
