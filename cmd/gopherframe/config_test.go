package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
	"github.com/google/go-cmp/cmp"

	"gopherframe/files"
)

// texts are values of flags whose type is not a plain one, by the type.
var texts = map[reflect.Type]string{
	reflect.TypeFor[duration](): "1m30s",
	reflect.TypeFor[rate]():     "30/m",
	reflect.TypeFor[charset]():  "ISO-8859-1",
}

// samples returns values for a flag or an argument that are not its default, as on a command line.
func samples(t *testing.T, v *kong.Value) []string {
	if v.Enum != "" {
		others := slices.DeleteFunc(v.EnumSlice(), func(s string) bool { return s == v.Default })
		return others[len(others)-1:]
	}
	typ := v.Target.Type()
	for typ.Kind() == reflect.Pointer {
		typ = typ.Elem()
	}
	if typ.Kind() == reflect.Slice {
		if text, ok := texts[typ.Elem()]; ok {
			return []string{text, text}
		}
		return []string{"a,b 'c'", `d "e" \`}
	}
	if text, ok := texts[typ]; ok {
		return []string{text}
	}
	switch typ.Kind() {
	case reflect.Bool:
		return []string{fmt.Sprint(v.Default != "true")}
	case reflect.String:
		return []string{`a,b 'c' "d" \`}
	case reflect.Map:
		return []string{"a=b"}
	case reflect.Int, reflect.Int64, reflect.Int32, reflect.Uint, reflect.Uint16, reflect.Uint64, reflect.Float64:
		return []string{"7"}
	}
	t.Fatalf("--%s is a %v: add a text for it to texts", v.Name, typ)
	return nil
}

// parse parses a command line in this process, and returns what serve is to do, and the
// configuration that --print-config prints.
func parse(t *testing.T, args ...string) (cli commands, printed string) {
	t.Helper()
	parser, err := newParser(&cli)
	if err != nil {
		t.Fatal(err)
	}
	command, err := parser.Parse(args)
	if err != nil {
		t.Fatalf("%q: %v", args, err)
	}
	var out strings.Builder
	if err := printConfig(&out, command.Selected()); err != nil {
		t.Fatal(err)
	}
	return cli, out.String()
}

// writeConfig writes a configuration file.
func writeConfig(t *testing.T, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "gopherframe.toml")
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return file
}

// TestConfigHasAll: what --print-config prints is the same server, each flag on the command
// line or not, and each of them is in it.
func TestConfigHasAll(t *testing.T) {
	parser, err := newParser(&commands{})
	if err != nil {
		t.Fatal(err)
	}
	serve := slices.IndexFunc(parser.Model.Children, func(n *kong.Node) bool { return n.Name == "serve" })
	flags, _ := settings(parser.Model.Children[serve])
	if len(flags) < 20 {
		t.Fatalf("only %d flags", len(flags))
	}
	lines := [][]string{{"serve"}}
	all := []string{"serve", "some dir"}
	for _, f := range flags {
		if f.Group == nil {
			t.Errorf("--%s has no group for the help", f.Name)
		}
		var args []string
		for _, value := range samples(t, f.Value) {
			args = append(args, fmt.Sprintf("--%s=%s", f.Name, value))
		}
		lines = append(lines, append([]string{"serve"}, args...))
		all = append(all, args...)
	}
	for _, args := range append(lines, all) {
		given, printed := parse(t, args...)
		loaded, again := parse(t, "serve", "--config", writeConfig(t, printed))
		if diff := cmp.Diff(printed, again); diff != "" {
			t.Errorf("%q: (-printed +printed again)\n%s", args, diff)
		}
		given.Serve.configuration, loaded.Serve.configuration = configuration{}, configuration{}
		if unset(&given.Serve); !reflect.DeepEqual(given, loaded) {
			t.Errorf("%q: not the same server from\n%s\n%+v\n%+v", args, printed, given, loaded)
		}
		for _, f := range flags {
			if f.Target.Kind() != reflect.Pointer && strings.Count("\n"+printed, "\n"+f.Name+" = ") != 1 {
				t.Errorf("%q: --%s is not in\n%s", args, f.Name, printed)
			}
		}
	}
	_, plain := parse(t, "serve")
	for line := range strings.Lines(plain) {
		if _, printed := parse(t, all...); strings.Contains(line, " = ") && strings.Contains(printed, line) {
			t.Errorf("with all flags there is still the default %q", line)
		}
	}
}

// unset makes lists that are nil empty, as a configuration file has them.
func unset(serve *serveCmd) {
	for _, f := range reflect.VisibleFields(reflect.TypeFor[serveCmd]()) {
		v := reflect.ValueOf(serve).Elem().FieldByIndex(f.Index)
		if v.Kind() == reflect.Slice && v.IsNil() && v.CanSet() {
			v.Set(reflect.MakeSlice(v.Type(), 0, 0))
		}
	}
}

// TestConfig: the command line has precedence over the file, and all else comes from it.
func TestConfig(t *testing.T) {
	config := writeConfig(t, `
dir = "from file"
listen = "tcp://127.0.0.1:1" # one needs no brackets
proxy-protocol = ["10.0.0.0/8", "192.0.2.0/24"]
public = "file.example"
max-conns = 10
rate = "5/s"
redact-ip = true
`)
	cli, _ := parse(t, "serve", "--config", config, "--public", "line.example", "--listen", "tcp://:1", "--listen", "tcp://:2", "--redact-ip=false")
	got := cli.Serve
	if got.Dir != "from file" || !slices.Equal(got.Listen, []string{"tcp://:1", "tcp://:2"}) || got.Public != "line.example" || got.RedactIP ||
		!slices.Equal(got.ProxyProtocol, []string{"10.0.0.0/8", "192.0.2.0/24"}) || got.MaxConns != 10 || got.Rate != (rate{5, "s"}) || got.Cache != 16 {
		t.Errorf("%+v", got)
	}
	cli, _ = parse(t, "serve", "--config", writeConfig(t, "\ufeffsort = 'newest,name'\r\nhide = '*.{a,b}'\r\n"))
	if got := cli.Serve.listing; !slices.Equal(got.Sort, []files.Order{files.Newest, files.ByName}) || !slices.Equal(got.Hide, []string{"*.{a,b}"}) {
		t.Errorf("of Windows: %+v", got)
	}
	cli, _ = parse(t, "serve", "--config", config, "from line")
	if got = cli.Serve; got.Dir != "from line" || !slices.Equal(got.Listen, []string{"tcp://127.0.0.1:1"}) || !got.RedactIP {
		t.Errorf("%+v", got)
	}
}

// TestConfigOfShell: a shell passes the configuration on without a file, and the server is
// the same.
func TestConfigOfShell(t *testing.T) {
	needsProgram(t, "bash")
	cmd := exec.Command("bash", "-c", `"$0" serve --config <("$0" serve --listen tcp://127.0.0.1:0 --public gopher.example:70 --log off --print-config "$1")`, os.Args[0], site)
	cmd.Env = append(os.Environ(), beProgram+"=1")
	r := startCommand(t, cmd, 1)
	has(t, r.ask(t, "\r\n"), "0About this site\tabout.txt\tgopher.example\t70\r\n")
}

func TestConfigErrors(t *testing.T) {
	for text, want := range map[string]string{
		"listne = 'x'":                    `FILE: listne: there is no such flag, did you mean "listen"? (see gopherframe serve --help)`,
		"nonsense = 1":                    "FILE: nonsense: there is no such flag (see",
		"config = 'x'":                    "FILE: config: can be given on the command line only",
		"help = true":                     "FILE: help: can be given on the command line only",
		"version = true":                  "FILE: version: there is no such flag",
		"listen = 70":                     "FILE: listen: write text in quotes, or several in brackets",
		"listen = ['tcp://:70', 70]":      "FILE: listen: write text in quotes, or several in brackets",
		"cache = 'much'":                  "FILE: cache: write a whole number",
		"cache = 1.5":                     "FILE: cache: write a whole number",
		"redact-ip = 'yes'":               "FILE: redact-ip: write true or false",
		"public = true":                   "FILE: public: write text in quotes",
		"public = [ 'a' ]":                "FILE: public: write text in quotes",
		"rate = 10":                       "FILE: rate: write text in quotes",
		"dir = 1":                         "FILE: dir: write text in quotes",
		"[serve]\ncache = 1":              "FILE: serve: there is no such flag",
		"cache = 1\ncache = 2":            "FILE: line 2, column",
		"cache = 1\n\npublic = a":         "FILE: line 3, column",
		"cache = 99999999999999999999":    "FILE: line 1, column",
		"cache = -1":                      "--cache -1: write a number of MiB from 0 to 1048576 (cache in FILE)",
		"log = 'xml'":                     `--log must be one of "text","json","combined","off" but got "xml" (see gopherframe serve --help) (log in FILE)`,
		"rate = '10'":                     "--rate: write N/s, N/m or N/h, as 10/s, with N from 1 to 1000000 (see gopherframe serve --help) (rate in FILE)",
		"charset = 'x'":                   `(charset in FILE)`,
		"max-conns = -5":                  "(max-conns in FILE)",
		"listen = ['7000']":               `unix:///PATH (listen in FILE)`,
		"self-signed = true":              "--self-signed: nothing needs a certificate: add --listen tls://HOST:PORT (self-signed in FILE)",
		"key = 'x'":                       "--key x: nothing needs a certificate: add --listen tls://HOST:PORT (key in FILE)",
		"cert = 'x'\nlisten = 'tls://:1'": "--cert and --key need each other: there are 1 of --cert and 0 of --key (cert in FILE)",
		"dir = '/no/such/dir'":            "no such file or directory (dir in FILE)",
		"log = 'off'\nlog-file = '/x'":    "leave one of them out (log and log-file in FILE)",
	} {
		config := writeConfig(t, text)
		out, errs, code := call(t, "", "serve", "--config", config)
		errs = strings.ReplaceAll(errs, config, "FILE")
		wantCode := 2
		if strings.HasPrefix(text, "dir = '/no") {
			wantCode = 1
		}
		if !strings.Contains(errs, want) || code != wantCode || strings.Count(errs, "\n") != 1 || out != "" {
			t.Errorf("%s:\nexit %d, %s want %s", text, code, errs, want)
		}
	}
	// An error of the command line is not one of the file.
	_, errs, _ := call(t, "", "serve", "--config", writeConfig(t, "cache = 1\ndir = 'x'"), "--cache=-1", "--listen", "x", site)
	if strings.Contains(errs, "toml") || !strings.Contains(errs, "--cache -1") {
		t.Errorf("%s", errs)
	}
}
