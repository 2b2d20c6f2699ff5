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
	of *homeTree // nil: a tree that nobody closes
}

func (u use) release() {
	if u.of != nil {
		u.of.home.users.open.release(u.of)
	}
}

// check returns an error if the file called name is in the directory of a user and must not be
// served.
func (d *dirFS) check(t *tree, name string, info fs.FileInfo) error {
	if d.home == nil {
		return nil
	}
	return d.home.check(t, name, info)
}
