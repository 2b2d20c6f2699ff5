package files_test

import (
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"testing"

	"gopherframe"
	"gopherframe/files"
	"gopherframe/listen"
	"gopherframe/listen/web"
)

// TestUsersInClients: lynx and browsers reach the directory of a user and follow its links.
func TestUsersInClients(t *testing.T) {
	lynx, err := exec.LookPath("lynx")
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal(err)
		}
		t.Skip(err)
	}
	town := newTown(t, map[string]string{"alice/public_gopher/about.txt": "I am Alice.\n", "alice/public_gopher/sub/x.txt": "x\n"})
	site := must(files.Dir(plant(t, nil)))
	quiet := slog.New(slog.DiscardHandler)
	gopher, browsers := must(net.Listen("tcp", "127.0.0.1:0")), must(net.Listen("tcp", "127.0.0.1:0"))
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	r := gopherframe.NewRouter()
	r.Mount("", files.Server(site, town.users().Option()))
	go func() {
		ended <- listen.Run(ctx, r.Respond, &listen.TCP{Listener: gopher, Log: quiet},
			&web.Listener{Listener: browsers, Public: gopher.Addr().String(), Log: quiet})
	}()
	defer func() {
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}()
	addr := gopher.Addr().String()
	for url, want := range map[string][]string{
		"/1/~alice/":         {"about.txt", "gopher://" + addr + "/0~alice/about.txt", "gopher://" + addr + "/1~alice/sub"},
		"/1~alice":           {"gopher://" + addr + "/0~alice/about.txt"},
		"/1~alice/sub":       {"gopher://" + addr + "/0~alice/sub/x.txt"},
		"/0~alice/about.txt": {"I am Alice."},
		"/1~bob/":            {"Not found."},
	} {
		out, err := exec.Command(lynx, "-dump", "gopher://"+addr+url).CombinedOutput()
		for _, want := range want {
			if !strings.Contains(string(out), want) || err != nil {
				t.Errorf("lynx %s: no %q, %v, in\n%s", url, want, err, out)
			}
		}
	}
	for path, want := range map[string]string{
		"/1/~alice/":              `href="/0/~alice/about.txt"`,
		"/1/~alice":               `href="/1/~alice/sub"`,
		"/1/%7Ealice/sub":         `href="/0/~alice/sub/x.txt"`,
		"/0/~alice/about.txt?raw": "I am Alice.",
		"/1/~bob/":                "Not found.",
	} {
		resp, err := http.Get("http://" + browsers.Addr().String() + path)
		if err != nil {
			t.Fatal(err)
		}
		page, err := io.ReadAll(resp.Body)
		resp.Body.Close()
		if !strings.Contains(string(page), want) || err != nil {
			t.Errorf("%s: no %q, %v, in\n%s", path, want, err, page)
		}
	}
	http.DefaultClient.CloseIdleConnections()
}
