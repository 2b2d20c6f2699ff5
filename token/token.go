// Package token makes signed, expiring tokens that fit into a selector. Gopher has
// no cookies; an app that has to remember something between two requests of one
// client, as the score of a quiz or the steps of a form, writes it into the
// selectors of the links that it offers:
//
//	tokens := token.New(key)
//	m.Menu("Next question", "question/"+tokens.Sign("question", "3 of 10", time.Hour))
//
// and reads it when the link is followed:
//
//	state, err := tokens.Verify("question", q.Param("token"))
//
// A client can read what is in a token, keep it, send it again and pass it on, as
// selectors are in bookmarks and logs; all that it cannot do is make or change one.
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
	// ErrInvalid is returned for what is no token of this key and purpose.
	ErrInvalid = errors.New("token: invalid")
	// ErrExpired is returned for a token that was good once.
	ErrExpired = errors.New("token: expired")
)

const (
	// minKey is the size of the hash: shorter keys make HMAC weaker, RFC 2104 section 3.
	minKey = sha256.Size
	// expirySize is that of a time in milliseconds since 1970, big endian.
	expirySize = 8
	// macSize is half of the hash, RFC 2104 section 5: selectors should be short.
	macSize = sha256.Size / 2
)

// encoding has letters, digits, "-" and "_" only, which all clients send as they
// are, and {token} in a pattern matches.
var encoding = base64.RawURLEncoding.Strict()

// A Signer makes and verifies tokens. It is safe for concurrent use. Make it by
// New.
type Signer struct {
	keys [][]byte // the first one signs
}

// New returns a Signer that signs with key and also accepts what was signed with
// the old keys. To replace a key, make it an old one until its last tokens have
// expired. New panics if a key has less than 32 bytes; make them by crypto/rand,
// and keep them if tokens have to outlive the program.
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

// Sign returns a token for value, which is good for the purpose given and no
// other, until ttl has passed. The value may be any bytes and can be read by who
// has the token. A token has 32 characters and 4 for 3 bytes of the value: RFC 1436
// wants selectors of at most 255.
func (s *Signer) Sign(purpose, value string, ttl time.Duration) string {
	b := binary.BigEndian.AppendUint64(nil, uint64(time.Now().Add(ttl).UnixMilli()))
	b = append(b, value...)
	b = append(b, mac(s.keys[0], purpose, b)...)
	return encoding.EncodeToString(b)
}

// Verify returns the value of a token that was signed for the purpose. The error
// is ErrExpired or ErrInvalid, and the value then "".
func (s *Signer) Verify(purpose, token string) (value string, err error) {
	b, err := encoding.DecodeString(token)
	// Decoding skips line ends, so several strings would be one token.
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

// mac returns the signature. The length of the purpose comes first, so that no part
// of it can be taken for what is signed.
func mac(key []byte, purpose string, signed []byte) []byte {
	h := hmac.New(sha256.New, key)
	h.Write(binary.BigEndian.AppendUint64(nil, uint64(len(purpose))))
	h.Write([]byte(purpose))
	h.Write(signed)
	return h.Sum(nil)[:macSize]
}
