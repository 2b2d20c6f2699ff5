package gopherframe

import "gopherframe/internal/framing"

// menu writes a whole menu: RFC 1436 section 3.3. Items without an address get the one
// given.
func (o *output) menu(items []Item, host string, port int) {
	for i := range items {
		o.buf = items[i].append(o.buf, host, port)
		if o.flushFull() != nil {
			return // the client has gone, and a menu can be long
		}
	}
	o.buf = append(o.buf, framing.Final+framing.LineEnd...)
}

// append appends the line of the item. An item without an address gets the one given.
func (it *Item) append(line []byte, ownHost string, ownPort int) []byte {
	wire := framing.Item{Type: byte(it.Type), LeadsNowhere: it.Type.LeadsNowhere(), Name: it.Name, Selector: it.Selector, Host: it.Host, Port: it.Port}
	return wire.Append(line, ownHost, ownPort)
}

// errorItem writes an answer that is one error.
func (o *output) errorItem(text string) {
	o.menu([]Item{{Type: TypeError, Name: text}}, "", 0) // it leads nowhere
}
