package pattern

import "strings"

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

// join puts a prefix before a pattern with one "/" between them. The pattern ""
// is the prefix itself.
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
	// Each must stand on its own: "a)" and "(b" do not make a pattern.
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

// withoutSlash drops the slash at the end of a prefix.
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

func group(p part) string {
	if p.kind == Regexp {
		return "(?:" + p.expr + ")"
	}
	return p.expr
}
