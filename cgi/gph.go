package cgi

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"gopherframe"
	"gopherframe/internal/filetype"
	"gopherframe/internal/framing"
	"gopherframe/internal/regular"
)

// errNoMenu is the error of an answer that cannot be a menu.
var errNoMenu = errors.New("cgi: only menus and texts can be the output of a .dcgi; let the name of the program end in .cgi")

// writeGph writes an answer in the form of geomyidae's .gph files, which becomes a menu.
// geomyidae adds the final period.
func writeGph(w io.Writer, q *gopherframe.Request, resp gopherframe.Response) error {
	switch resp := resp.(type) {
	case *gopherframe.Menu:
		var b strings.Builder
		for _, item := range resp.Items {
			b.WriteString(gphLine(item))
		}
		_, err := io.WriteString(w, b.String())
		return err
	case *gopherframe.Error:
		text := resp.Text
		if text == "" {
			text = gopherframe.Fail(nil).Text
		}
		_, err := io.WriteString(w, gphLine(gopherframe.Item{Type: gopherframe.TypeError, Name: text}))
		return err
	case gopherframe.Text:
		return writeLines(w, infoLine, func(w io.Writer) error {
			_, err := io.WriteString(w, string(resp))
			return err
		})
	case *gopherframe.File:
		return writeFile(w, resp)
	case *gopherframe.Stream:
		write := func(w io.Writer) error { return resp.Write(q.Context(), w) }
		switch {
		case resp.Type.IsMenu():
			return writeLines(w, menuLine, write)
		case resp.Type.IsText():
			return writeLines(w, infoLine, write)
		}
	}
	return errNoMenu
}

// writeFile writes the lines of a text file.
func writeFile(w io.Writer, f *gopherframe.File) error {
	src, _, err := regular.Open(f.FS, f.Name)
	if err != nil {
		return err
	}
	defer src.Close()
	typ, content, err := filetype.Of(byte(f.Type), f.Name, src)
	if err != nil {
		return err
	}
	if !gopherframe.ItemType(typ).IsText() {
		return errNoMenu
	}
	return writeLines(w, infoLine, func(w io.Writer) error {
		_, err := io.Copy(w, content)
		return err
	})
}

// writeLines writes what write writes, each line in the form that it is given.
func writeLines(w io.Writer, form func(line string) string, write func(io.Writer) error) error {
	lines := &lineWriter{line: func(line string) error {
		_, err := io.WriteString(w, form(line))
		return err
	}}
	if err := write(lines); err != nil {
		return err
	}
	return lines.end()
}

func infoLine(line string) string {
	return gphLine(gopherframe.Item{Type: gopherframe.TypeInfo, Name: line})
}

// menuLine is for a line of a menu as it is sent, "" for the final period.
func menuLine(line string) string {
	item, ok := parseItem(line)
	switch {
	case ok:
		return gphLine(item)
	case line == framing.Final:
		return ""
	}
	return infoLine(line)
}

// gphLine returns an item as a line. Info lines are items, too: the versions of geomyidae
// disagree about the letter in front of other lines that hides their meaning.
func gphLine(item gopherframe.Item) string {
	host, port := item.Host, fmt.Sprint(framing.Port(item.Port))
	switch {
	case item.Type.LeadsNowhere() && host == "":
		host = framing.Nowhere
	case host == "" && item.Port == 0:
		host, port = "server", "port" // geomyidae puts its own there
	case host == "":
		host = "server"
	case item.Port == 0 && !item.Type.LeadsNowhere():
		port = fmt.Sprint(framing.DefaultPort)
	}
	return fmt.Sprintf("[%s|%s|%s|%s|%s]\n", gphField(string([]byte{byte(item.Type)})), gphField(item.Name), gphField(item.Selector), gphField(host), port)
}

// gphField writes a field so that it stays within its place.
func gphField(text string) string {
	text = strings.ReplaceAll(framing.Field(text), "|", `\|`)
	if strings.HasSuffix(text, `\`) {
		text += " " // or it would hide the end of the field
	}
	return text
}
