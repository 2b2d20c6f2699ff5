// Package passwd reads the accounts of a Unix system from its file, passwd(5). Package os/user
// looks up one by its name, also in directory services such as LDAP, but cannot list them.
package passwd

import (
	"bufio"
	"io"
	"os"
	"strconv"
	"strings"
)

// File is where the accounts are.
const File = "/etc/passwd"

// An Account is a user of the system.
type Account struct {
	Name string
	UID  uint32
	Home string // the path of the home directory, which need not exist
}

const (
	// maxFile is how many bytes of the file are read, so that a mistake takes no memory without end.
	maxFile = 16 << 20
	// maxLine is how many bytes a line may have.
	maxLine = 64 << 10
)

// All returns the accounts of File.
func All() ([]Account, error) {
	f, err := os.Open(File)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return Read(f)
}

// Read returns the accounts of a file. Lines that are no account are left out: comments, empty
// ones, the "+" of NIS, and those with a wrong number in the place of the user's. Only the
// first 16 MiB are read.
func Read(r io.Reader) ([]Account, error) {
	var accounts []Account
	lines := bufio.NewScanner(io.LimitReader(r, maxFile))
	lines.Buffer(nil, maxLine)
	for lines.Scan() {
		fields := strings.Split(lines.Text(), ":") // name, password, user, group, comment, home, shell
		if len(fields) != 7 || fields[0] == "" || strings.ContainsAny(fields[0][:1], "#+-") {
			continue
		}
		if uid, err := strconv.ParseUint(fields[2], 10, 32); err == nil {
			accounts = append(accounts, Account{Name: fields[0], UID: uint32(uid), Home: fields[5]})
		}
	}
	return accounts, lines.Err()
}
