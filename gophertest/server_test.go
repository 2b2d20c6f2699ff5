package gophertest_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"gopherframe"
	"gopherframe/client"
	"gopherframe/gophertest"
	"gopherframe/internal/leak"
)

func app() *gopherframe.Router {
	r := gopherframe.NewRouter()
	r.Handle("", answers(gopherframe.NewMenu().Info("Welcome").Text("About", "about me.txt").Search("Find", "find")))
	r.Handle("about me.txt", answers(gopherframe.Text(".about\n")))
	r.Handle("find", func(q *gopherframe.Request) gopherframe.Response { return gopherframe.NewMenu().Info(q.Query) })
	return r
}

var servers = []struct {
	scheme, transport string
	start             func(testing.TB, gopherframe.Handler) *gophertest.Server
}{
	{"gopher", "tcp", gophertest.NewServer},
	{"gophers", "tls", gophertest.NewTLSServer},
	{"gopher+quic", "quic", gophertest.NewQUICServer},
}

func TestServer(t *testing.T) {
	for _, kind := range servers {
		t.Run(kind.transport, func(t *testing.T) {
			leak.Check(t)
			s := kind.start(t, app().Respond)
			if got, want := s.URL('7', "find\ta b"), kind.scheme+"://"+s.Addr+"/7find%09a%20b"; got != want {
				t.Errorf("%s, want %s", got, want)
			}
			res := s.Get(t.Context(), '1', "")
			want := gopherframe.NewMenu().Info("Welcome").Text("About", "about me.txt").Search("Find", "find")
			if diff := cmp.Diff(want, res.Menu); diff != "" || res.Err != nil || !bytes.Contains(res.Wire, []byte("\t127.0.0.1\t")) {
				t.Errorf("%v, %q (-want +got):\n%s", res.Err, res.Wire, diff)
			}
			if res := s.Get(t.Context(), '0', "about me.txt"); res.Text != ".about\n" || string(res.Wire) != "..about\r\n.\r\n" || res.Err != nil {
				t.Errorf("%+v", res)
			}
			if res := s.Get(t.Context(), '7', "find\ta b"); res.Err != nil || res.Menu.Items[0].Name != "a b" {
				t.Errorf("%+v", res)
			}
			if res := s.Get(t.Context(), '0', "nope"); res.Menu == nil || res.Menu.Items[0].Name != "Not found." {
				t.Errorf("%+v", res)
			}
			if res := s.Get(t.Context(), '0', "a\rb"); res.Err == nil {
				t.Errorf("%+v", res)
			}
		})
	}
}

// TestServerCertificate: a client that has the certificate among its roots trusts the
// server, by address and by name, and no other client does.
func TestServerCertificate(t *testing.T) {
	for _, kind := range servers {
		s := kind.start(t, func(q *gopherframe.Request) gopherframe.Response { return gopherframe.Text("over " + q.Transport) })
		if kind.transport == "tcp" {
			if s.Certificate() != nil {
				t.Error("a server over TCP has a certificate")
			}
			continue
		}
		roots := x509.NewCertPool()
		roots.AddCert(s.Certificate())
		for _, name := range []string{"", "localhost"} {
			c := &client.Client{TLS: &tls.Config{RootCAs: roots, ServerName: name}}
			a, err := c.Get(t.Context(), s.URL('0', ""))
			if err != nil {
				t.Errorf("%s: the name %q: %v", kind.transport, name, err)
				continue
			}
			text, err := io.ReadAll(a.Text())
			a.Close()
			if string(text) != "over "+kind.transport+"\n" || err != nil {
				t.Errorf("%s: %q, %v", kind.transport, text, err)
			}
		}
		var unknown x509.UnknownAuthorityError
		if _, err := client.Get(t.Context(), s.URL('0', "")); !errors.As(err, &unknown) {
			t.Errorf("%s: a client without the certificate: %v", kind.transport, err)
		}
	}
}

// TestServerGetContext: Get returns when its context ends, although the handler goes on.
func TestServerGetContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	release := make(chan bool)
	s := gophertest.NewServer(t, func(*gopherframe.Request) gopherframe.Response {
		cancel()
		<-release
		return gopherframe.Text("late")
	})
	if res := s.Get(ctx, '0', ""); !errors.Is(res.Err, context.Canceled) || len(res.Wire) > 0 {
		t.Errorf("%+v", res)
	}
	close(release)
}

// A recorder is a testing.TB that keeps errors instead of failing, and whose end the test
// decides.
type recorder struct {
	testing.TB
	cleanups []func()
	errors   []string
	out      bytes.Buffer
}

func (r *recorder) Helper()           {}
func (r *recorder) Output() io.Writer { return &r.out }
func (r *recorder) Cleanup(f func())  { r.cleanups = append(r.cleanups, f) }
func (r *recorder) Errorf(format string, args ...any) {
	r.errors = append(r.errors, format)
}

func (r *recorder) end() {
	for _, f := range r.cleanups {
		f()
	}
}

func TestServerStops(t *testing.T) {
	for _, kind := range servers {
		tb := &recorder{TB: t}
		s := kind.start(tb, func(*gopherframe.Request) gopherframe.Response { panic("boom") })
		if res := s.Get(t.Context(), '1', ""); res.Menu == nil || res.Menu.Items[0].Name != "Internal server error." {
			t.Errorf("%s: %+v", kind.transport, res)
		}
		tb.end()
		if len(tb.errors) > 0 || !strings.Contains(tb.out.String(), "panic=boom") {
			t.Errorf("%s: errors %q, output %q", kind.transport, tb.errors, tb.out.String())
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second) // a QUIC client is not told that nobody listens
		if res := s.Get(ctx, '1', ""); res.Err == nil {
			t.Errorf("%s: after the end: %+v", kind.transport, res)
		}
		cancel()
	}
}

// TestServerDoesNotStop: a test fails if the handler goes on after its end.
func TestServerDoesNotStop(t *testing.T) {
	tb := &recorder{TB: t}
	hold, held := make(chan bool), make(chan bool)
	s := gophertest.NewServer(tb, func(*gopherframe.Request) gopherframe.Response {
		close(held)
		<-hold
		return gopherframe.Text("late")
	})
	a, err := client.Get(context.Background(), s.URL('0', ""))
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	<-held
	tb.end()
	close(hold)
	if len(tb.errors) != 1 || !strings.Contains(tb.errors[0], "the server stopped") {
		t.Errorf("errors %q", tb.errors)
	}
}
