package web

import (
	"hash/maphash"
	"strconv"
	"sync"

	"gopherframe"
	"gopherframe/internal/lru"
)

// maxKept is how many bytes of rendered menus are kept. To render one takes ten times as
// long as to send it.
const maxKept = 8 << 20

// A kept page is known by two hashes, with seeds of their own, of all that is in it: 128 bits
// that nobody outside can foresee.
type keptKey [2]uint64

// keptPages are rendered menus. They are safe for concurrent use.
type keptPages struct {
	seeds [2]maphash.Seed

	mu    sync.Mutex
	pages lru.Cache[keptKey, []byte]
}

func newKeptPages() *keptPages {
	return &keptPages{
		seeds: [2]maphash.Seed{maphash.MakeSeed(), maphash.MakeSeed()},
		pages: lru.Cache[keptKey, []byte]{Max: maxKept},
	}
}

// render returns the page that is kept under a key, or else that of make.
func (k *keptPages) render(key keptKey, make func() ([]byte, error)) ([]byte, error) {
	k.mu.Lock()
	html, ok := k.pages.Get(key)
	k.mu.Unlock()
	if ok {
		return html, nil
	}
	html, err := make()
	if err != nil {
		return nil, err
	}
	const entry = 256 // bytes, about
	k.mu.Lock()
	k.pages.Add(key, html, int64(len(html)+entry))
	k.mu.Unlock()
	return html, nil
}

// contents has buffers for what is hashed.
var contents = sync.Pool{New: func() any { return new([]byte) }}

// maxContent is how large a buffer in contents may be.
const maxContent = 1 << 20

// keyOf returns the key of the page of a menu, which depends on the place and the query, on
// what the app knows of this server, and on the items.
func (a *reply) keyOf(items []gopherframe.Item) keptKey {
	buffer := contents.Get().(*[]byte)
	b := (*buffer)[:0]
	field := func(s string) {
		b = strconv.AppendInt(b, int64(len(s)), 36) // so that no two lists of fields are alike
		b = append(b, ' ')
		b = append(b, s...)
	}
	field(a.selector)
	field(a.query)
	field(a.q.Host)
	b = strconv.AppendInt(b, int64(a.q.Port), 36)
	b = append(b, byte(a.typ), '-')
	if a.asked {
		b = append(b, '?')
	}
	for i := range items {
		it := &items[i]
		b = append(b, ':', byte(it.Type))
		field(it.Name)
		field(it.Selector)
		field(it.Host)
		b = strconv.AppendInt(b, int64(it.Port), 36)
		if hasDate(it) {
			b = append(b, '+')
		}
	}
	seeds := a.site.kept.seeds
	key := keptKey{maphash.Bytes(seeds[0], b), maphash.Bytes(seeds[1], b)}
	if cap(b) <= maxContent {
		*buffer = b
		contents.Put(buffer)
	}
	return key
}
