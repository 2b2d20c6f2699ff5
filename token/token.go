// Package token makes signed tokens that fit into a selector and expire. Gopher has no
// cookies: an app that needs a value from one request to the next, such as the score of
// a quiz or the earlier answers to a form, puts it into the selectors of its links:
//
//	tokens := token.New(key)
//	m.Menu("Next question", "question/"+tokens.Sign("question", "3 of 10", time.Hour))
//
// and reads it when a client follows the link:
//
//	state, err := tokens.Verify("question", q.Param("token"))
//
// A client cannot make or change a token. It can read the value in it, send it again,
// and pass it on; and selectors end up in bookmarks and logs.
package token

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"time"
)

var (
	// ErrInvalid is the error for a string that is no token of this key and purpose.
	ErrInvalid = errors.New("token: invalid")
	// ErrExpired is the error for a token that was valid once.
	ErrExpired = errors.New("token: expired")
)

const (
	// minKey is the size of the hash: shorter keys make HMAC weaker, RFC 2104 section 3.
	minKey = sha256.Size
	// expirySize is the size of the expiry time: milliseconds since 1970, big endian.
	expirySize = 8
	// macSize is the size of the truncated hash, RFC 2104 section 5. Half of the hash
	// is secure, and selectors should be short.
	macSize = sha256.Size / 2
)

// encoding uses letters, digits, "-" and "_" only. All clients send them unchanged, and
// the placeholder {token} in a pattern matches them.
var encoding = base64.RawURLEncoding.Strict()

// A Signer makes and verifies tokens. It is made by [New] and safe for concurrent use.
type Signer struct {
	keys [][]byte // the first one signs
}

// New returns a Signer that signs with key, and verifies tokens that were signed with
// key or one of the old keys. To replace a key, pass it as an old one until its last
// tokens have expired. Make keys with crypto/rand, and store them if tokens have to
// outlive the program. New panics if a key has less than 32 bytes.
func New(key []byte, old ...[]byte) *Signer {
	s := &Signer{}
	for _, k := range append([][]byte{key}, old...) {
		if len(k) < minKey {
			panic(fmt.Sprintf("token: a key of %d bytes; make one of at least %d by crypto/rand", len(k), minKey))
		}
		s.keys = append(s.keys, slices.Clone(k))
	}
	return s
}

// Sign returns a token for the value, which is valid for this purpose only, and until
// ttl has passed. The value may be any bytes; everybody who has the token can read it. A
// token has 32 characters, and 4 more for every 3 bytes of the value. RFC 1436 limits
// selectors to 255.
func (s *Signer) Sign(purpose, value string, ttl time.Duration) string {
	b := binary.BigEndian.AppendUint64(nil, uint64(time.Now().Add(ttl).UnixMilli()))
	b = append(b, value...)
	b = append(b, mac(s.keys[0], purpose, b)...)
	return encoding.EncodeToString(b)
}

// Verify returns the value of a token that was signed for the purpose. Otherwise it
// returns "" and ErrExpired or ErrInvalid.
func (s *Signer) Verify(purpose, token string) (value string, err error) {
	b, err := encoding.DecodeString(token)
	// Decoding skips line ends, so other strings than the token would be valid, too.
	if err != nil || len(b) < expirySize+macSize || encoding.EncodeToString(b) != token {
		return "", ErrInvalid
	}
	signed, sum := b[:len(b)-macSize], b[len(b)-macSize:]
	good := func(key []byte) bool { return hmac.Equal(sum, mac(key, purpose, signed)) }
	if !slices.ContainsFunc(s.keys, good) {
		return "", ErrInvalid
	}
	if time.Now().UnixMilli() >= int64(binary.BigEndian.Uint64(signed)) {
		return "", ErrExpired
	}
	return string(signed[expirySize:]), nil
}

// mac returns the signature for signed and the purpose. The length of the purpose comes
// first: without it, bytes could be moved from the purpose to signed.
func mac(key []byte, purpose string, signed []byte) []byte {
	h := hmac.New(sha256.New, key)
	h.Write(binary.BigEndian.AppendUint64(nil, uint64(len(purpose))))
	h.Write([]byte(purpose))
	h.Write(signed)
	return h.Sum(nil)[:macSize]
}
