package main

import (
	"encoding"
	"fmt"
	"io"
	"reflect"

	"github.com/alecthomas/kong"
	"github.com/pelletier/go-toml/v2"
)

// printConfig writes the flags and arguments of serve with their values, as a configuration
// file.
func printConfig(w io.Writer, serve *kong.Node) error {
	flags, args := settings(serve)
	for _, a := range args {
		if err := printSetting(w, a.Name, a.Target); err != nil {
			return err
		}
	}
	group := ""
	for _, f := range flags {
		if f.Group != nil && f.Group.Title != group {
			group = f.Group.Title
			fmt.Fprintf(w, "\n# %s\n", group)
		}
		if err := printSetting(w, f.Name, f.Target); err != nil {
			return err
		}
	}
	return nil
}

// printSetting writes a line, or nothing for a nil pointer, which is a flag that is not given.
func printSetting(w io.Writer, name string, value reflect.Value) error {
	if value.Kind() == reflect.Pointer {
		if value.IsNil() {
			return nil
		}
		value = value.Elem()
	}
	text, err := setting(value)
	if err == nil {
		err = toml.NewEncoder(w).SetTablesInline(true).Encode(map[string]any{name: text})
	}
	if err != nil {
		return fmt.Errorf("--%s: %w", name, err)
	}
	return nil
}

// setting returns the value as TOML has it.
func setting(value reflect.Value) (any, error) {
	if v, ok := value.Interface().(encoding.TextMarshaler); ok {
		text, err := v.MarshalText()
		return string(text), err
	}
	if value.Kind() != reflect.Slice {
		return value.Interface(), nil
	}
	list := make([]any, value.Len())
	for i := range list {
		var err error
		if list[i], err = setting(value.Index(i)); err != nil {
			return nil, err
		}
	}
	return list, nil
}
