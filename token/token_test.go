package token_test

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"gopherframe/token"
)

var (
	key   = bytes.Repeat([]byte("k"), 32)
	other = bytes.Repeat([]byte("o"), 32)
)

func TestVerify(t *testing.T) {
	s := token.New(key)
	good := s.Sign("quiz", "3 of 10", time.Hour)
	raw, err := base64.RawURLEncoding.DecodeString(good)
	if err != nil {
		t.Fatal(err)
	}
	change := func(i int) string {
		b := bytes.Clone(raw)
		b[i] ^= 1
		return base64.RawURLEncoding.EncodeToString(b)
	}
	for _, tt := range []struct {
		name, purpose, token string
		want                 error
	}{
		{"good", "quiz", good, nil},
		{"another purpose", "guestbook", good, token.ErrInvalid},
		{"no purpose", "", good, token.ErrInvalid},
		{"longer purpose", "quizx", good, token.ErrInvalid},
		{"later", "quiz", change(0), token.ErrInvalid},
		{"another value", "quiz", change(8), token.ErrInvalid},
		{"another signature", "quiz", change(len(raw) - 1), token.ErrInvalid},
		{"cut", "quiz", good[:len(good)-1], token.ErrInvalid},
		{"cut to half", "quiz", good[:len(good)/2], token.ErrInvalid},
		{"longer", "quiz", good + "AAAA", token.ErrInvalid},
		{"empty", "quiz", "", token.ErrInvalid},
		{"only a signature", "quiz", strings.Repeat("A", 22), token.ErrInvalid},
		{"all zero", "quiz", strings.Repeat("A", 32), token.ErrInvalid},
		{"padding", "quiz", good + "=", token.ErrInvalid},
		{"line end", "quiz", good[:4] + "\n" + good[4:], token.ErrInvalid},
		{"slash", "quiz", "/" + good, token.ErrInvalid},
		{"of another key", "quiz", token.New(other).Sign("quiz", "3 of 10", time.Hour), token.ErrInvalid},
		{"expired at once", "quiz", s.Sign("quiz", "x", 0), token.ErrExpired},
		{"expired before", "quiz", s.Sign("quiz", "x", -time.Hour), token.ErrExpired},
		{"expired, another purpose", "guestbook", s.Sign("quiz", "x", -time.Hour), token.ErrInvalid},
	} {
		t.Run(tt.name, func(t *testing.T) {
			value, err := s.Verify(tt.purpose, tt.token)
			if !errors.Is(err, tt.want) || err != nil && value != "" || err == nil && value != "3 of 10" {
				t.Errorf("%q, %v, want the error %v", value, err, tt.want)
			}
		})
	}
}

// TestBoundary: a token stays invalid when the last byte of its purpose is moved to its
// value.
func TestBoundary(t *testing.T) {
	s := token.New(key)
	tok := s.Sign("ab", "", time.Hour)
	raw, err := base64.RawURLEncoding.DecodeString(tok)
	if err != nil {
		t.Fatal(err)
	}
	moved := base64.RawURLEncoding.EncodeToString(append([]byte("b"), raw...))
	if _, err := s.Verify("a", moved); err == nil {
		t.Error("accepted")
	}
}

func TestExpiry(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := token.New(key)
		tok := s.Sign("p", "v", time.Minute)
		time.Sleep(time.Minute - time.Millisecond)
		if value, err := s.Verify("p", tok); value != "v" || err != nil {
			t.Errorf("before: %q, %v", value, err)
		}
		time.Sleep(time.Millisecond)
		if _, err := s.Verify("p", tok); err != token.ErrExpired {
			t.Errorf("after: %v", err)
		}
		forever := s.Sign("p", "v", 1<<63-1)
		if value, err := s.Verify("p", forever); value != "v" || err != nil {
			t.Errorf("the longest time: %q, %v", value, err)
		}
	})
}

func TestRotation(t *testing.T) {
	before, after := token.New(key), token.New(other, key)
	if value, err := after.Verify("p", before.Sign("p", "v", time.Hour)); value != "v" || err != nil {
		t.Errorf("a token of the old key: %q, %v", value, err)
	}
	if _, err := before.Verify("p", after.Sign("p", "v", time.Hour)); err != token.ErrInvalid {
		t.Errorf("a token of the new key, for who has the old one: %v", err)
	}
}

func TestNew(t *testing.T) {
	for _, keys := range [][][]byte{{nil}, {make([]byte, 31)}, {key, make([]byte, 31)}} {
		func() {
			defer func() {
				if got := fmt.Sprint(recover()); !strings.Contains(got, "make one of at least 32 by crypto/rand") {
					t.Errorf("%d keys: %s", len(keys), got)
				}
			}()
			token.New(keys[0], keys[1:]...)
		}()
	}
	mine := bytes.Clone(key)
	s := token.New(mine)
	tok := s.Sign("p", "v", time.Hour)
	clear(mine)
	if _, err := s.Verify("p", tok); err != nil {
		t.Errorf("the caller's key was changed: %v", err)
	}
}

func FuzzSign(f *testing.F) {
	f.Add("purpose", "value", 3)
	f.Add("", "\x00\r\n\t/\xff", 0)
	s := token.New(key, other)
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	f.Fuzz(func(t *testing.T, purpose, value string, at int) {
		tok := s.Sign(purpose, value, time.Hour)
		if strings.Trim(tok, alphabet) != "" {
			t.Errorf("%q does not fit into a selector", tok)
		}
		if got, err := s.Verify(purpose, tok); got != value || err != nil {
			t.Errorf("%q, %v, want %q", got, err, value)
		}
		if _, err := s.Verify(purpose+"x", tok); err != token.ErrInvalid {
			t.Errorf("for another purpose: %v", err)
		}
		b := []byte(tok)
		at = int(uint(at) % uint(len(b)))
		b[at] = alphabet[(strings.IndexByte(alphabet, b[at])+1)%len(alphabet)]
		if _, err := s.Verify(purpose, string(b)); err != token.ErrInvalid {
			t.Errorf("with another byte %d: %v", at, err)
		}
	})
}

func FuzzVerify(f *testing.F) {
	s := token.New(key)
	good := s.Sign("purpose", "value", 24*time.Hour)
	f.Add("purpose", good)
	f.Add("purpose", good+"\n")
	f.Add("", "")
	f.Fuzz(func(t *testing.T, purpose, tok string) {
		// The only signed token is that of the seed corpus.
		value, err := s.Verify(purpose, tok)
		if err == nil && (purpose != "purpose" || value != "value" || strings.ContainsAny(tok, "\r\n=")) {
			t.Errorf("%q is taken for a token for %q", tok, purpose)
		}
	})
}

func Example() {
	key := make([]byte, 32) // in a real app, 32 bytes of crypto/rand
	tokens := token.New(key)
	selector := "question/" + tokens.Sign("question", "3 of 10", time.Hour)

	state, err := tokens.Verify("question", strings.TrimPrefix(selector, "question/"))
	fmt.Println(state, err)
	_, err = tokens.Verify("admin", strings.TrimPrefix(selector, "question/"))
	fmt.Println(err)
	// Output:
	// 3 of 10 <nil>
	// token: invalid
}
