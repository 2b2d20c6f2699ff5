package files

import (
	"context"
	"slices"
	"strings"
	"time"

	"gopherframe"
)

// maxUserList is how many users a menu lists at most.
const maxUserList = 10_000

// list returns the names of the users who have a directory to serve, sorted. It is made at most once
// in five seconds, and once for all who ask at the same time.
func (u *users) list() ([]string, error) {
	u.mu.Lock()
	names, at := u.listed, u.at
	u.mu.Unlock()
	if !at.IsZero() && time.Since(at) < knownFor {
		return names, nil
	}
	return u.lists.Do(context.Background(), struct{}{}, func(context.Context) ([]string, error) {
		names, err := u.look()
		u.mu.Lock()
		defer u.mu.Unlock()
		u.listed, u.at = names, time.Now() // also after an error: the next try is as likely to fail
		return names, err
	})
}

// look returns the names of the users whose directory can be opened: it opens each for a moment.
func (u *users) look() ([]string, error) {
	accounts, err := u.accounts()
	var names []string
	for _, a := range accounts {
		if !isUserName(a.Name) || len(names) == maxUserList {
			continue
		}
		if t, err := newHome(u, a).openTree(); err == nil {
			t.close()
			names = append(names, a.Name)
		}
	}
	slices.SortFunc(names, strings.Compare)
	return slices.Compact(names), err
}

// userItems returns an item for each user who has a directory to serve, by name: what "~" in a
// gophermap stands for. base is the Base of the request. Only the users in /etc/passwd are
// known, not those of a directory service. It returns nil without the option [Users].
func (s *server) userItems(base string) []gopherframe.Item {
	if s.users == nil {
		return nil
	}
	if s.user != nil { // base is that of the directory of a user, and the links begin at the site
		base = strings.TrimSuffix(base, "~"+s.user.account.Name+"/")
	}
	names, _ := s.users.list()
	items := make([]gopherframe.Item, len(names))
	for i, name := range names {
		items[i] = gopherframe.Item{Type: gopherframe.TypeMenu, Name: "~" + name, Selector: base + "~" + name + "/"}
	}
	return items
}
