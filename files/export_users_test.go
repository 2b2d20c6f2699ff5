package files

import (
	"context"
	"os/user"
	"time"

	"gopherframe"
	"gopherframe/internal/passwd"
)

// UsersOf is Users with accounts that tests make up.
type UsersOf struct{ u *users }

// NewUsersOf returns users with that lookup and that content of /etc/passwd.
func NewUsersOf(dir string, lookup func(string) (*user.User, error), accounts []passwd.Account) UsersOf {
	u := newUsers(dir)
	u.lookup, u.accounts = lookup, func() ([]passwd.Account, error) { return accounts, nil }
	return UsersOf{u}
}

// Option is the result of Users.
func (u UsersOf) Option() Option { return usersOf(u.u) }

// AsRoot has the server behave as root's, or not.
func (u UsersOf) AsRoot(is bool) { u.u.open.asRoot = is }

// Bound sets how many directories stay open, and for how long.
func (u UsersOf) Bound(most int, idle time.Duration) { u.u.open.max, u.u.open.idle = most, idle }

// Hold begins a call of the directory of the user, which lasts until release. open opens a file in it, also
// afterwards.
func (u UsersOf) Hold(name string) (open func(file string) error, release func(), err error) {
	h, err := u.u.find(context.Background(), name)
	if err != nil {
		return nil, nil, err
	}
	t, err := h.fsys.use()
	if err != nil {
		return nil, nil, err
	}
	open = func(file string) error {
		f, _, err := t.tree.open(file)
		if err == nil {
			f.Close()
		}
		return err
	}
	return open, t.release, nil
}

// Open returns how many directories are open.
func (u UsersOf) Open() int {
	u.u.open.mu.Lock()
	defer u.u.open.mu.Unlock()
	return len(u.u.open.trees)
}

// Recheck has all directories opened anew when they are used next, as after a second.
func (u UsersOf) Recheck() {
	u.u.open.mu.Lock()
	defer u.u.open.mu.Unlock()
	for _, t := range u.u.open.trees {
		t.checked = t.checked.Add(-lookAgain)
	}
}

// Known returns how many names are remembered, those that nobody has included.
func (u UsersOf) Known(names []string) (n int) {
	for _, name := range names {
		_, known := u.u.known.Get(name)
		_, absent := u.u.absent.Get(name)
		if known || absent {
			n++
		}
	}
	return n
}

// HasOf returns whether a text in the directory of a user is kept.
func (k Kept) HasOf(user, name string) bool {
	_, ok := k.s.cache.kept.Get(key{user: user, name: name})
	return ok
}

// UserItems and HostItems return what "~" and "%" in a gophermap stand for, "~" also in one of
// the user called name.
func (k Kept) UserItems(base string) []gopherframe.Item { return k.s.userItems(base) }
func (k Kept) HostItems() []gopherframe.Item            { return k.s.hostItems() }
func (k Kept) UserItemsOf(dir passwd.Account, base string) []gopherframe.Item {
	return k.s.forHome(newHome(k.s.users, dir)).userItems(base)
}
