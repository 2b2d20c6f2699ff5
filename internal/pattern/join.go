package pattern

import "strings"

// joinAll translates the patterns, outermost prefix first, and joins them.
func joinAll(texts []string) (part, error) {
	var whole part
	for _, text := range texts {
		p, err := translate(text)
		if err != nil {
			return part{}, err
		}
		if whole, err = join(whole, p); err != nil {
			return part{}, err
		}
	}
	return whole, nil
}

// join puts a prefix before a pattern, with one "/" between them. If the pattern is
// "" the result is the prefix, and the reverse.
func join(prefix, p part) (part, error) {
	if prefix.text == "" || p.text == "" {
		if prefix.text == "" {
			return p, nil
		}
		return prefix, nil
	}
	prefix, err := prefix.withoutSlash()
	if err != nil {
		return part{}, err
	}
	// Each must be valid by itself: "a)" and "(b" are refused, although "(?:a)/(b)" is valid.
	for _, side := range []part{prefix, p} {
		if side.kind == Regexp {
			if _, err := parse(side.expr); err != nil {
				return part{}, err
			}
		}
	}
	return part{
		text:    prefix.text + "/" + p.text,
		expr:    group(prefix) + "/" + group(p),
		kind:    max(prefix.kind, p.kind),
		doubled: prefix.doubled,
	}, nil
}

// withoutSlash returns the part without the slash at its end, if it has one.
func (p part) withoutSlash() (part, error) {
	text, found := strings.CutSuffix(p.text, "/")
	if !found {
		return p, nil
	}
	if p.kind == Regexp {
		text = strings.TrimSuffix(text, `\`)
	}
	return read(text, p.doubled)
}

// group returns the expression of p, in a group if what stands beside it could change
// its meaning, as in a|b.
func group(p part) string {
	if p.kind == Regexp {
		return "(?:" + p.expr + ")"
	}
	return p.expr
}
