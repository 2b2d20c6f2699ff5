package files

import (
	"sync"

	"gopherframe"
	"gopherframe/internal/lru"
	"gopherframe/internal/regular"
)

// homes has a server for the directory of each user who was asked for lately. All share the cache of the
// site.
type homes struct {
	site   *server
	router *gopherframe.Router // of selectors that begin with the name of a user

	mu      sync.Mutex // guards servers
	servers lru.Cache[*home, *server]
}

// maxServers is how many servers are kept. To make one costs about as much as an answer.
const maxServers = 256

func newHomes(site *server) *homes {
	h := &homes{site: site}
	h.servers.Max = maxServers
	h.router = gopherframe.NewRouter()
	h.router.Mount("~{user}/", h.respond) // so that Base is right, and there is one pattern for all users in logs and metrics
	return h
}

// isUsers reports whether the path begins with "~name".
func isUsers(path string) bool {
	return len(path) > 1 && path[0] == '~' && path[1] != '/'
}

// respond answers for what is in the directory of a user.
func (h *homes) respond(q *gopherframe.Request) gopherframe.Response {
	dir, err := h.site.users.find(q.Context(), q.Param("user"))
	switch {
	case err == nil:
		return h.server(dir).respond(q)
	case q.Context().Err() != nil:
		return gopherframe.Fail(err)
	}
	return gopherframe.Fail(regular.Absent(err)) // the same, whether there is no such user or no directory
}

// server returns the server of the directory.
func (h *homes) server(dir *home) *server {
	h.mu.Lock()
	defer h.mu.Unlock()
	s, ok := h.servers.Get(dir)
	if !ok {
		s = h.site.forHome(dir)
		h.servers.Add(dir, s, 1)
	}
	return s
}

// forHome returns a server for the directory of a user, with the options of s. It shares the cache, the
// menus in the making and the warnings of s, so that their limits are for all users together.
func (s *server) forHome(dir *home) *server {
	u := newServer(dir.fsys, s.options)
	u.now, u.cache, u.menus = s.now, s.cache, s.menus
	u.warnings = warnings{s.warnings.warned, "~" + dir.account.Name + "/"}
	return u
}

// userName returns the name of the user whose directory s serves, "" if it is the site.
func (s *server) userName() string {
	if s.user == nil {
		return ""
	}
	return s.user.account.Name
}
