package pattern

import (
	"encoding/binary"
	"strconv"
	"strings"
)

// shared keeps one copy of what many patterns of a table have in common, so that
// it stays in the cache of the processor.
type shared struct {
	texts    map[string]string
	names    map[string][]string
	programs map[string]*program
}

func (s *shared) text(text string) string {
	if s.texts == nil {
		s.texts = map[string]string{}
	}
	if one, ok := s.texts[text]; ok {
		return one
	}
	text = strings.Clone(text)
	s.texts[text] = text
	return text
}

func (s *shared) name(names []string) []string {
	if s.names == nil {
		s.names = map[string][]string{}
	}
	key := strings.Join(names, "/") + strings.Repeat("/", len(names))
	if one, ok := s.names[key]; ok {
		return one
	}
	s.names[key] = names
	return names
}

func (s *shared) program(p program) *program {
	if s.programs == nil {
		s.programs = map[string]*program{}
	}
	key := p.key()
	if one, ok := s.programs[key]; ok {
		return one
	}
	s.programs[key] = &p
	return &p
}

// key returns what tells the program from others.
func (p program) key() string {
	var key []byte
	for _, st := range p {
		key = append(key, byte(st.op), byte(st.value))
		for _, n := range []int32{st.min, st.max, st.rest, int32(len(st.texts))} {
			key = binary.LittleEndian.AppendUint32(key, uint32(n))
		}
		for _, text := range append([]string{st.text}, st.texts...) {
			key = append(strconv.AppendInt(key, int64(len(text)), 10), ' ')
			key = append(key, text...)
		}
		if st.set == nil {
			continue
		}
		for _, has := range st.set.has {
			if has {
				key = append(key, 1)
			} else {
				key = append(key, 0)
			}
		}
	}
	return string(key)
}
