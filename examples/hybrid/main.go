// Command hybrid serves one app over TCP, TLS and QUIC side by side. The links of each
// menu lead to the port that it was fetched from.
//
//	go run ./examples/hybrid
//	curl gopher://127.0.0.1:7000/
//	curl --insecure gophers://127.0.0.1:7001/
//	go run ./cmd/gopherframe get --pins pins gopher+quic://127.0.0.1:7000/
package main

import (
	"context"
	"crypto/tls"
	"flag"
	"fmt"
	"log"
	"os"
	"os/signal"

	"gopherframe"
	"gopherframe/listen"
	"gopherframe/listen/quic"
)

func main() {
	addr := flag.String("addr", "127.0.0.1:7000", "host:port for TCP and QUIC")
	tlsAddr := flag.String("tls", "127.0.0.1:7001", "host:port for TLS")
	cert := flag.String("cert", "", "certificate file; a throw-away certificate if empty")
	key := flag.String("key", "", "key file")
	flag.Parse()

	var config *tls.Config // nil: the certificate comes from the files
	if *cert == "" {
		pair, err := listen.SelfSigned("localhost", "127.0.0.1")
		if err != nil {
			log.Fatal(err)
		}
		config = &tls.Config{Certificates: []tls.Certificate{pair}}
	}

	r := gopherframe.NewRouter()
	r.Handle("", home)
	r.Handle("how", how)

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	err := listen.Run(ctx, r.Respond,
		&listen.TCP{Addr: *addr},
		&listen.TLS{Addr: *tlsAddr, CertFile: *cert, KeyFile: *key, Config: config},
		&quic.Listener{Addr: *addr, CertFile: *cert, KeyFile: *key, Config: config},
	)
	if err != nil {
		log.Fatal(err)
	}
}

func home(q *gopherframe.Request) gopherframe.Response {
	return gopherframe.NewMenu().
		Infof("You came over %s.", q.Transport).
		Text("And how will you come next?", "how")
}

func how(q *gopherframe.Request) gopherframe.Response {
	return gopherframe.Text(fmt.Sprintf("Over %s, to port %d, from %v.", q.Transport, q.Port, q.Remote))
}
