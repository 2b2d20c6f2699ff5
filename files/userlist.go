package files

import (
	"context"
	"slices"
	"strings"
	"time"
)

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

// look opens the directory of each user for a moment.
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
