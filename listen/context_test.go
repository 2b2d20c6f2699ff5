package listen_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"gopherframe"
	"gopherframe/listen"
)

type key struct{}

// aboutContext returns what a handler sees of the context given to Serve.
func aboutContext(q *gopherframe.Request) string {
	_, deadline := q.Context().Deadline()
	return fmt.Sprintf("%v, deadline %t, %v", q.Context().Value(key{}), deadline, q.Context().Err())
}

// TestServeContext: the values of the context given to Serve reach every exchange. Its
// deadline does not, and its end does not end the contexts of exchanges.
func TestServeContext(t *testing.T) {
	const want = "value, deadline false, <nil>"
	ctx, cancel := context.WithTimeout(context.WithValue(t.Context(), key{}, "value"), time.Hour)
	defer cancel()
	begun, stopped := make(chan bool), make(chan bool)
	overEach(t, ctx, listen.Limits{}, func(q *gopherframe.Request) gopherframe.Response {
		before := aboutContext(q)
		begun <- true
		<-stopped
		return gopherframe.Text(before + "\n" + aboutContext(q))
	}, func(t *testing.T, s site) {
		c := s.connect()
		io.WriteString(c, "x\n")
		<-begun
		s.cancel()
		stopped <- true
		if got, err := io.ReadAll(c); string(got) != want+"\r\n"+want+"\r\n.\r\n" || err != nil {
			t.Errorf("%q, %v", got, err)
		}
		c.Close()
		if err := s.wait(); err != nil {
			t.Error(err)
		}
	})
	t.Run("stdio", func(t *testing.T) {
		var out bytes.Buffer
		err := (&listen.Stdio{In: strings.NewReader("x\n"), Out: &out, Log: quiet}).Serve(ctx, func(q *gopherframe.Request) gopherframe.Response {
			return gopherframe.Text(aboutContext(q))
		})
		if got := out.String(); got != want+"\r\n.\r\n" || err != nil {
			t.Errorf("%q, %v", got, err)
		}
	})
}
