package main

import (
	"bytes"
	"log/slog"
	"net/netip"
	"strings"
	"sync"
	"testing"

	"gopherframe"
	"gopherframe/gophertest"
)

func TestKitchen(t *testing.T) {
	var log bytes.Buffer
	h := newKitchen(slog.New(slog.NewTextHandler(&log, nil)))
	at := gophertest.Client{Info: gopherframe.Info{Host: "kitchen.example", Port: 70, Transport: "tcp",
		Remote: netip.MustParseAddrPort("127.0.0.1:4711"), Log: slog.New(slog.DiscardHandler)}}
	ask := func(line string) string { return string(at.Get(t.Context(), h, line).Wire) }

	first := ask("clock")
	for line, want := range map[string]string{
		"clock":                  first, // Cache
		"late":                   "3Timed out.\t",
		"secret":                 "3Not found.\t",
		"cellar":                 "You are at home here.\r\n",
		"ascii":                  "Creme brulee, Spatzle\r\n",
		"larder/1":               "iThe larder\t",
		"larder/3":               "iThe larder\t",
		"larder%2F3":             "iThe larder\t",
		"larder/x":               "3There is no such shelf.\t",
		"find":                   "7What are you looking for?\tfind\tkitchen.example\t70\r\n",
		"find\tice+cream":        "iThere is no ice cream left.\t",
		"find\trice":             "iThere is some.\t",
		"panic":                  "3Internal server error.\t",
		"URL:https://a.example/": "<!DOCTYPE html>",
		"GET / HTTP/1.0":         "HTTP/1.1 400 ",
		"\t$":                    "+-1\r\n+INFO: 1Main menu\t\tkitchen.example\t70\r\n",
		"caps.txt":               "CAPS\r\n",
		"/robots.txt":            "User-agent: *\r\n",
		strings.Repeat("x", 256): "3Request line too long.\t",
	} {
		if got := ask(line); !strings.HasPrefix(got, want) {
			t.Errorf("%.30q: %q, want %q at its beginning", line, got, want)
		}
	}
	if got := ask(""); !strings.HasPrefix(got, "iWelcome to the kitchen!\t") || !strings.HasSuffix(got, "1To the kitchen\t\tkitchen.example\t70\r\n.\r\n") {
		t.Errorf("home: %q", got)
	}
	if got := ask("meter"); !strings.HasPrefix(got, "1 under way, 21 over, ") {
		t.Errorf("meter: %q", got)
	}
	for _, want := range []string{"selector=clock pattern=clock query=0 transport=tcp remote=127.0.0.0", "cache=hit", `error="panic: the soup boils over"`} {
		if !strings.Contains(log.String(), want) {
			t.Errorf("no %q in the log:\n%s", want, log.String())
		}
	}

	at.Info.Transport = "tls"
	if got := ask("secret"); got != "The recipe is: onions.\r\n.\r\n" {
		t.Errorf("secret: %q", got)
	}
	at.Info.Remote = netip.MustParseAddrPort("192.0.2.7:4711")
	if got := ask("cellar"); !strings.HasPrefix(got, "3Not found.") {
		t.Errorf("cellar: %q", got)
	}
	refused := 0
	for range 150 { // RateLimit
		if strings.HasPrefix(ask("meter"), "3Server busy.") {
			refused++
		}
	}
	if refused == 0 {
		t.Error("a client may ask as often as it likes")
	}
}

// TestThrottle: of five requests at once one is answered. One waits in vain, and three are
// refused at once.
func TestThrottle(t *testing.T) {
	h := newKitchen(slog.New(slog.DiscardHandler))
	var mu sync.Mutex
	answers := map[string]int{}
	var clients sync.WaitGroup
	for range 5 {
		clients.Go(func() {
			wire := string(gophertest.Get(h, "work").Wire)
			mu.Lock()
			defer mu.Unlock()
			answers[wire]++
		})
	}
	clients.Wait()
	if answers["Done.\r\n.\r\n"] != 1 || answers["3Server busy.\t\terror.host\t0\r\n.\r\n"] != 4 {
		t.Errorf("the answers are %v", answers)
	}
}

// TestLinks: no link of the app is dead, except for the one that takes too long on purpose.
func TestLinks(t *testing.T) {
	h := newKitchen(slog.New(slog.DiscardHandler))
	at := gophertest.Crawler{Info: gopherframe.Info{Remote: netip.MustParseAddrPort("127.0.0.1:4711"), Log: slog.New(slog.DiscardHandler)}}
	report := at.Crawl(h)
	for _, p := range report.Problems {
		if p.Selector != "late" {
			t.Error(p)
		}
	}
	if len(report.Pages) != 11 {
		t.Errorf("%d pages: %v", len(report.Pages), report.Pages)
	}
}
