package main

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"os"

	qgo "github.com/quic-go/quic-go"
)

// anyPort is the address that all servers listen on.
const anyPort = "127.0.0.1:0"

// announce tells the parent process the address. It is the first line of the output.
func announce(addr net.Addr) { fmt.Println(addr) }

// servers are what this program can be when it is started as a server. All but the app
// take the path of the file with the answer, and send it to everybody.
var servers = map[string]func(args []string) error{
	"gopherframe": serveApp,
	"loop":        func(args []string) error { return serveBytes(args[0], nil) },
	"sendfile":    func(args []string) error { return acceptLoop(nil, sendFile(args[0])) },
	"copy":        func(args []string) error { return acceptLoop(nil, copyFile(args[0])) },
	"quic":        func(args []string) error { return serveQUIC(args[0]) },
	"tls": func(args []string) error {
		config, err := serverTLS()
		if err != nil {
			return err
		}
		return serveBytes(args[0], config)
	},
}

// serveMain is the main function of a server. It returns when the server fails; the
// process ends with its standard input, so that none is left over.
func serveMain(args []string) error {
	go func() {
		io.Copy(io.Discard, os.Stdin)
		os.Exit(0)
	}()
	run, ok := servers[args[0]]
	if !ok {
		return fmt.Errorf("there is no server %q", args[0])
	}
	return run(args[1:])
}

// serveBytes is the server to compare with: it accepts, reads a line, writes the bytes of
// a file that it has read before, and closes. It has no limits, no deadlines, nobody who
// notices that a client is gone, and no lingering close.
func serveBytes(path string, config *tls.Config) error {
	page, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	return acceptLoop(config, func(c net.Conn) { c.Write(page) })
}

// sendFile has the kernel copy the file (sendfile(2), by the ReadFrom of a TCPConn).
func sendFile(path string) func(net.Conn) {
	return func(c net.Conn) {
		if f, err := os.Open(path); err == nil {
			io.Copy(c, f)
			f.Close()
		}
	}
}

// copyFile copies the file by way of 32 KB of memory, and hides the methods from io.Copy by
// which the kernel would do it.
func copyFile(path string) func(net.Conn) {
	return func(c net.Conn) {
		if f, err := os.Open(path); err == nil {
			io.CopyBuffer(struct{ io.Writer }{c}, struct{ io.Reader }{f}, make([]byte, 32<<10))
			f.Close()
		}
	}
}

// acceptLoop starts a goroutine for each connection that reads a line, answers and closes.
func acceptLoop(config *tls.Config, respond func(net.Conn)) error {
	ln, err := net.Listen("tcp", anyPort)
	if err != nil {
		return err
	}
	announce(ln.Addr())
	if config != nil {
		ln = tls.NewListener(ln, config)
	}
	for {
		c, err := ln.Accept()
		if err != nil {
			return err
		}
		go func() {
			defer c.Close()
			if readLine(c) == nil {
				respond(c)
			}
		}()
	}
}

var errNoLine = errors.New("the line is too long")

// readLine reads up to the end of a line.
func readLine(r io.Reader) error {
	var line [512]byte
	for n := 0; n < len(line); {
		m, err := r.Read(line[n:])
		if bytes.IndexByte(line[n:n+m], '\n') >= 0 {
			return nil
		}
		if err != nil {
			return err
		}
		n += m
	}
	return errNoLine
}

// serveQUIC is the server to compare with over QUIC.
func serveQUIC(path string) error {
	page, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	config, err := serverTLS()
	if err != nil {
		return err
	}
	ln, err := qgo.ListenAddr(anyPort, config, nil)
	if err != nil {
		return err
	}
	announce(ln.Addr())
	for {
		c, err := ln.Accept(context.Background())
		if err != nil {
			return err
		}
		go acceptStreams(c, page)
	}
}

// acceptStreams answers on each stream of a connection, until that ends.
func acceptStreams(c *qgo.Conn, page []byte) {
	for {
		st, err := c.AcceptStream(context.Background())
		if err != nil {
			return
		}
		go func() {
			if readLine(st) == nil {
				st.Write(page)
			}
			st.Close()
			st.CancelRead(0)
		}()
	}
}
