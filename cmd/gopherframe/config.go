package main

import (
	"bytes"
	"encoding"
	"errors"
	"fmt"
	"maps"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/alecthomas/kong"
	"github.com/pelletier/go-toml/v2"
)

// A configuration is the flags about the configuration file of serve.
type configuration struct {
	Config      string `placeholder:"FILE" help:"Read flags from this file of TOML, as redact-ip = true, and the directory, as dir = \"DIR\". The command line has precedence."`
	PrintConfig bool   `help:"Print all flags with their values, as such a file, and end."`

	file *configFile // nil without --config
}

// notInConfig are the flags that a configuration file cannot set.
var notInConfig = []string{"help", "config", "print-config"}

// settings returns the flags that a configuration file can set, in their order, and the
// arguments.
func settings(serve *kong.Node) (flags []*kong.Flag, args []*kong.Positional) {
	isOut := func(f *kong.Flag) bool { return slices.Contains(notInConfig, f.Name) }
	return slices.DeleteFunc(slices.Clone(serve.Flags), isOut), serve.Positional
}

// A configFile is a configuration file that was read. It is the kong.Resolver that gives
// the flags which the command line does not.
type configFile struct {
	name   string
	values map[string]any  // by the name of a flag or an argument
	used   map[string]bool // names whose value is not that of the command line
}

// readConfig reads a configuration file, whose keys and types of values must be those of
// the flags and arguments of serve. The error names the file, and the key or the line.
func readConfig(name string, serve *kong.Node) (*configFile, error) {
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, fmt.Errorf("--config: %w", err)
	}
	c := &configFile{name: name, values: map[string]any{}, used: map[string]bool{}}
	text = bytes.TrimPrefix(text, []byte("\ufeff")) // editors of Windows put a byte order mark there
	if err := toml.Unmarshal(text, &c.values); err != nil {
		var syntax *toml.DecodeError
		if errors.As(err, &syntax) {
			line, column := syntax.Position()
			return nil, fmt.Errorf("%s: line %d, column %d: %w", name, line, column, err)
		}
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	types := map[string]reflect.Type{}
	flags, args := settings(serve)
	for _, f := range flags {
		types[f.Name] = f.Target.Type()
	}
	for _, a := range args {
		types[a.Name] = a.Target.Type()
	}
	for _, key := range slices.Sorted(maps.Keys(c.values)) {
		t, known := types[key]
		switch {
		case known:
			err = checkType(t, c.values[key])
		case slices.Contains(notInConfig, key):
			err = errors.New("can be given on the command line only")
		default:
			err = errors.New("there is no such flag" + suggestion(key, slices.Sorted(maps.Keys(types))))
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %s: %w", name, key, err)
		}
	}
	return c, nil
}

// checkType returns an error that says what to write for a flag of type t, if that is not v.
func checkType(t reflect.Type, v any) error {
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	var want string
	var ok bool
	switch kind := t.Kind(); {
	case isText(t):
		want = "text in quotes"
		_, ok = v.(string)
	case kind == reflect.Bool:
		want = "true or false"
		_, ok = v.(bool)
	case kind == reflect.Float32 || kind == reflect.Float64:
		want = "a number"
		if _, ok = v.(float64); !ok {
			_, ok = v.(int64)
		}
	case kind == reflect.Slice:
		list, isList := v.([]any)
		if !isList {
			list = []any{v}
		}
		for _, element := range list {
			if err := checkType(t.Elem(), element); err != nil {
				return fmt.Errorf("%w, or several in brackets", err)
			}
		}
		return nil
	case kind == reflect.Map:
		table, isTable := v.(map[string]any)
		for _, key := range slices.Sorted(maps.Keys(table)) {
			if err := checkType(t.Elem(), table[key]); err != nil {
				return fmt.Errorf("%s: %w", key, err)
			}
		}
		want, ok = "a table, as { key = value }", isTable
	default:
		want = "a whole number"
		_, ok = v.(int64)
	}
	if !ok {
		return fmt.Errorf("write %s", want)
	}
	return nil
}

// isText reports whether flags of type t are text in a configuration file.
func isText(t reflect.Type) bool {
	pointer := reflect.PointerTo(t)
	return t.Kind() == reflect.String || pointer.Implements(reflect.TypeFor[encoding.TextUnmarshaler]()) ||
		pointer.Implements(reflect.TypeFor[kong.MapperValue]())
}

// Validate implements kong.Resolver. readConfig has done it.
func (c *configFile) Validate(*kong.Application) error { return nil }

// Resolve implements kong.Resolver.
func (c *configFile) Resolve(_ *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
	value, ok := c.values[flag.Name]
	if ok {
		c.used[flag.Name] = true
	}
	if _, isList := value.([]any); ok && !isList && flag.Target.Kind() == reflect.Slice && flag.Tag.Sep == -1 {
		return []any{value}, nil // so that it is not split at commas, as it is not on the command line
	}
	return value, nil
}

// BeforeResolve is called by package kong before it asks for flags that are not on the
// command line. It reads the configuration file.
func (c *serveCmd) BeforeResolve(ctx *kong.Context) (err error) {
	serve := ctx.Selected()
	i := slices.IndexFunc(serve.Flags, func(f *kong.Flag) bool { return f.Name == "config" })
	name := ctx.FlagValue(serve.Flags[i]).(string)
	if name == "" {
		return nil
	}
	if c.file, err = readConfig(name, serve); err == nil {
		ctx.AddResolver(c.file)
	}
	return err
}

// AfterApply is called by package kong when all flags have their values. It takes the
// arguments that are not on the command line from the configuration file: a kong.Resolver
// gives only flags.
func (c *serveCmd) AfterApply(ctx *kong.Context) error {
	if c.file == nil {
		return nil
	}
	for _, arg := range ctx.Selected().Positional {
		value, ok := c.file.values[arg.Name]
		if !ok || slices.ContainsFunc(ctx.Path, func(p *kong.Path) bool { return p.Positional == arg }) {
			continue
		}
		c.file.used[arg.Name] = true
		if err := arg.Parse(kong.Scan().PushTyped(value, kong.FlagValueToken), arg.Target); err != nil {
			return err
		}
	}
	return nil
}

var flagName = regexp.MustCompile(`--[a-z][a-z0-9-]*`)

// explain adds the configuration file to an error that names a flag which is set there, or
// the directory.
func (c *configuration) explain(err error) error {
	if err == nil || c.file == nil {
		return err
	}
	var keys []string
	for _, flag := range flagName.FindAllString(err.Error(), -1) {
		if key := strings.TrimPrefix(flag, "--"); c.file.used[key] && !slices.Contains(keys, key) {
			keys = append(keys, key)
		}
	}
	if dir, ok := c.file.values["dir"].(string); ok && c.file.used["dir"] && strings.Contains(err.Error(), strconv.Quote(dir)) {
		keys = append(keys, "dir")
	}
	if len(keys) == 0 {
		return err
	}
	return fmt.Errorf("%w (%s in %s)", err, strings.Join(keys, " and "), c.file.name)
}
