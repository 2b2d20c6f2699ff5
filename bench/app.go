package main

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"log/slog"
	"net"
	"path/filepath"
	"strconv"
	"time"

	"gopherframe"
	"gopherframe/files"
	"gopherframe/listen"
	"gopherframe/listen/quic"
)

// app returns the routes of the server: one for each work, behind others that nobody asks
// for, n in all.
func app(dir string, n int, options ...files.Option) (gopherframe.Handler, error) {
	const ours = 5
	fsys, err := files.Dir(filepath.Join(dir, "files"))
	if err != nil {
		return nil, err
	}
	text := gopherframe.Text(smallText)
	hello := func(*gopherframe.Request) gopherframe.Response { return text }
	menu := gopherframe.NewMenu()
	for i := range menuItems {
		menu.Text(fmt.Sprint("Item number ", i), fmt.Sprint("item/", i))
	}
	r := gopherframe.NewRouter()
	for i := range n - ours {
		r.Handle(fmt.Sprintf("s%d/hello/{name}", i), hello)
	}
	r.Handle("hello/{name}", hello)
	r.Handle("menu", func(*gopherframe.Request) gopherframe.Response { return menu })
	r.Handle("sleep", func(*gopherframe.Request) gopherframe.Response {
		time.Sleep(sleepTime * time.Millisecond)
		return text
	})
	r.Handle("compute", func(*gopherframe.Request) gopherframe.Response {
		for begin := time.Now(); time.Since(begin) < computeTime*time.Millisecond; {
		}
		return text
	})
	r.Mount("files", files.Server(fsys, options...))
	return r.Respond, nil
}

// asStream answers with the bytes of the small text as a Stream: of those, package listen
// cannot know the last write.
func asStream(gopherframe.Handler) gopherframe.Handler {
	framed := []byte("Hello, gopher.\r\n.\r\n")
	stream := &gopherframe.Stream{Type: gopherframe.TypeBinary, Write: func(_ context.Context, w io.Writer) error {
		_, err := w.Write(framed)
		return err
	}}
	return func(*gopherframe.Request) gopherframe.Response { return stream }
}

// serveApp runs gopherframe, with all limits on. Its arguments are the directory of the
// site, the transport, the name of the mode and the number of routes.
func serveApp(args []string) error {
	dir, transport, name := args[0], args[1], args[2]
	m, ok := modeOf(name)
	if !ok {
		return fmt.Errorf("there is no mode %q", name)
	}
	routes, err := strconv.Atoi(args[3])
	if err != nil {
		return err
	}
	h, err := app(dir, routes, m.files...)
	if err != nil {
		return err
	}
	if m.around != nil {
		h = m.around(h)
	}
	l, err := listenerOf(transport, m)
	if err != nil {
		return err
	}
	return l.Serve(context.Background(), h)
}

// listenerOf returns the listener for a transport, on a free port.
func listenerOf(transport string, m mode) (listen.Listener, error) {
	public := net.JoinHostPort(publicHost, publicPort)
	quiet := slog.New(slog.DiscardHandler)
	if transport == "quic" {
		config, err := serverTLS()
		return &quic.Listener{Addr: anyPort, Config: config, Public: public, Ready: announce, Log: quiet, MaxStreams: 100}, err
	}
	if transport == "tls" {
		config, err := serverTLS()
		return &listen.TLS{Addr: anyPort, Config: config, Public: public, Ready: announce, Log: quiet}, err
	}
	l := &listen.TCP{Addr: anyPort, Public: public, Ready: announce, Log: quiet}
	if m.foreign {
		ln, err := net.Listen("tcp", anyPort)
		if err != nil {
			return nil, err
		}
		l.Listener = foreignListener{ln}
	}
	if m.tcp != nil {
		m.tcp(l)
	}
	return l, nil
}

// serverTLS is the configuration of all servers: a new certificate, made by themselves.
func serverTLS() (*tls.Config, error) {
	pair, err := listen.SelfSigned("localhost")
	return &tls.Config{Certificates: []tls.Certificate{pair}, NextProtos: []string{"gopher"}}, err
}
