// Package answer reads answers as clients do.
package answer

import (
	"bufio"
	"fmt"
	"io"
	"strconv"
	"strings"

	"gopherframe"
	"gopherframe/internal/framing"
)

// MaxMenuLine is how many bytes a line of a menu may have for ParseMenu, its end included.
const MaxMenuLine = 64 << 10

// ParseMenu is client.ParseMenu.
func ParseMenu(r io.Reader) (*gopherframe.Menu, error) {
	m := gopherframe.NewMenu()
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, MaxMenuLine)
	for lines.Scan() {
		line := lines.Text() // bufio.ScanLines drops the CR
		if line == framing.Final {
			return m, nil
		}
		m.Add(parseItem(line))
	}
	if err := lines.Err(); err != nil {
		return m, fmt.Errorf("reading a menu: %w", err)
	}
	return m, nil
}

func parseItem(line string) gopherframe.Item {
	head, rest, found := strings.Cut(line, "\t")
	if !found || head == "" {
		return gopherframe.Item{Type: gopherframe.TypeInfo, Name: line}
	}
	fields := append(strings.Split(rest, "\t"), "", "") // Gopher+ fields may follow
	it := gopherframe.Item{Type: gopherframe.ItemType(head[0]), Name: head[1:], Selector: fields[0], Host: fields[1]}
	if port, err := strconv.ParseUint(strings.TrimSpace(fields[2]), 10, 16); err == nil {
		it.Port = int(port)
	}
	if it.Type.LeadsNowhere() && it.Host == framing.Nowhere && it.Port == 0 {
		it.Host = ""
	}
	return it
}
