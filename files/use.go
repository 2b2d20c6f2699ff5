package files

import "io/fs"

// use returns the tree, for the caller to release when it needs it no longer.
func (d *dirFS) use() (use, error) {
	if t := d.current(); t != nil {
		return use{tree: t}, nil
	}
	t, err := d.home.users.open.use(d.home)
	if err != nil {
		return use{}, err
	}
	return use{t.tree, t}, nil
}

// A use is a tree that stays open until it is released.
type use struct {
	*tree
	of *homeTree // the tree, if it is that of a home; nil: the tree of a site, which stays open
}

func (u use) release() {
	if u.of != nil {
		u.of.home.users.open.release(u.of)
	}
}

// check returns an error if the file called name, which info describes, must not be served because it is in
// the directory of a user. See [home.check].
func (d *dirFS) check(t *tree, name string, info fs.FileInfo) error {
	if d.home == nil {
		return nil
	}
	return d.home.check(t, name, info)
}
