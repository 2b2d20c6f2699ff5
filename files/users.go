package files

import (
	"context"
	"errors"
	"io/fs"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	"gopherframe/internal/flight"
	"gopherframe/internal/lru"
	"gopherframe/internal/passwd"
)

// Users returns an [Option]: selectors that begin with "~name" are of the directory called dir,
// such as "public_gopher", in the home of that user of the system. Its menus and files are
// served as those of the site, with the same options, and links in them begin with "~name/".
// In the gophermap of any directory a line "~" stands for the users who have such a directory.
//
//	files.Server(site, files.Users("public_gopher"))
//
// What is served must belong to the user: the directory itself, which may be reached by
// symbolic links within the home only, and every regular file in it, so that neither a
// symbolic nor a hard link shows a file of somebody else. Whether the server may read it, the
// system decides. A server that runs as root also keeps to what all users may: to read a file,
// and to enter the directories on the way to it from the home on.
//
// A name that no user has, or one who publishes nothing, is "Not found."; a file of the site
// whose name begins with a tilde is not looked for. Users are looked up by package os/user, four
// at a time, and what is known of a name is kept for five seconds. A directory is opened when it
// is asked for, and closed when it was not for a minute; at most 16 stay open, with two
// descriptors each. Servers that get the same Option share them.
//
// Names have letters and digits of ASCII and "_.@+-", and at most 64 bytes. On systems other
// than Unix, where files do not tell who owns them, every name is "Not found." Users panics if dir
// is not a path within the home, or the home itself.
func Users(dir string) Option { return usersOf(newUsers(dir)) }

func usersOf(u *users) Option {
	return func(s *server) { s.users = u }
}

const (
	// knownFor is how long what is known of a name is kept: each lookup reads a file, or asks
	// a directory service.
	knownFor = 5 * time.Second
	// maxKnown is how many users are known at most, and how many names that no user has: clients may
	// ask for any name.
	maxKnown = 1024
	// maxUserName is how many bytes a name has at most.
	maxUserName = 64
	// lookupsAtOnce bounds the threads that wait for a directory service.
	lookupsAtOnce = 4
)

// users are the users of the system who may publish a directory.
type users struct {
	dir      string // in each home, in the form of the system
	lookup   func(name string) (*user.User, error)
	accounts func() ([]passwd.Account, error)
	open     openHomes

	lookups flight.Group[string, *home]
	lists   flight.Group[struct{}, []string]

	mu     sync.Mutex                // guards the fields below
	known  lru.Cache[string, looked] // by the names of users
	absent lru.Cache[string, looked] // by names that no user has
	listed []string                  // the names of those who publish a directory
	at     time.Time                 // when that list was made; zero: never
}

// A looked is the result of looking up a user.
type looked struct {
	home *home // nil if err is not
	err  error
	at   time.Time // when the system was asked
}

func newUsers(dir string) *users {
	if !fs.ValidPath(dir) || dir == "." {
		panic("gopherframe: files.Users(" + strconv.Quote(dir) + "): write a directory within the homes, such as public_gopher")
	}
	u := &users{dir: filepath.FromSlash(dir), lookup: user.Lookup, accounts: passwd.All, open: newOpenHomes()}
	u.lookups.AtOnce = lookupsAtOnce
	u.known.Max, u.absent.Max = maxKnown, maxKnown
	return u
}

// find returns the home of the user, whether or not there is a directory to serve in it. The
// name comes from a client.
func (u *users) find(ctx context.Context, name string) (*home, error) {
	if !isUserName(name) {
		return nil, user.UnknownUserError(name)
	}
	u.mu.Lock()
	before, ok := u.known.Get(name)
	if !ok {
		before, ok = u.absent.Get(name)
	}
	u.mu.Unlock()
	if ok && time.Since(before.at) < knownFor {
		return before.home, before.err
	}
	name = strings.Clone(name) // what is kept must not hold the line of the request in memory
	return u.lookups.Do(ctx, name, func(context.Context) (*home, error) {
		h, err := u.lookUp(name, before.home)
		u.mu.Lock()
		defer u.mu.Unlock()
		now := looked{h, err, time.Now()}
		if err != nil {
			u.known.Remove(name)
			u.absent.Add(name, now, 1)
		} else {
			u.absent.Remove(name)
			u.known.Add(name, now, 1)
		}
		return h, err
	})
}

// lookUp asks the system for the user. before is the home that was found the last time, nil if there is
// none. It is returned again if nothing has changed, and if the system cannot tell because its directory
// service does not answer.
func (u *users) lookUp(name string, before *home) (*home, error) {
	found, err := u.lookup(name)
	var unknown user.UnknownUserError
	switch {
	case err != nil && before != nil && !errors.As(err, &unknown):
		return before, nil
	case err != nil:
		return nil, err
	}
	uid, err := strconv.ParseUint(found.Uid, 10, 32)
	if err != nil {
		return nil, err
	}
	account := passwd.Account{Name: name, UID: uint32(uid), Home: found.HomeDir}
	if before != nil && before.account == account {
		return before, nil
	}
	return newHome(u, account), nil
}

// isUserName reports whether a user may have the name: useradd(8) has these characters, and
// directory services the at sign and capitals.
func isUserName(name string) bool {
	if name == "" || len(name) > maxUserName || name[0] == '-' || name[0] == '.' {
		return false
	}
	for i := range len(name) {
		switch c := name[i]; {
		case c|0x20 >= 'a' && c|0x20 <= 'z', c >= '0' && c <= '9', strings.IndexByte("_.@+-", c) >= 0:
		default:
			return false
		}
	}
	return true
}
