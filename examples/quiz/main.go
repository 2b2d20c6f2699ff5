// Command quiz asks questions and keeps the score, without cookies and without remembering
// anybody: the position and score of a player are in a signed token, in the selectors of
// the answers.
//
//	go run ./examples/quiz
//	curl gopher://127.0.0.1:7000/
//
// The same for browsers:
//
//	go run ./examples/quiz -web 127.0.0.1:7080 -public 127.0.0.1:7000
//	chromium http://127.0.0.1:7080/
package main

import (
	"context"
	"crypto/rand"
	"errors"
	"flag"
	"fmt"
	"log"
	"os"
	"os/signal"
	"strconv"
	"time"

	"gopherframe"
	"gopherframe/layout"
	"gopherframe/listen"
	"gopherframe/listen/web"
	"gopherframe/token"
)

func main() {
	addr := flag.String("addr", "127.0.0.1:7000", "host:port to listen on")
	webAddr := flag.String("web", "", "host:port for browsers; empty: none")
	public := flag.String("public", "", "host:port of the app in Gopher, for links and pages; empty: the address that the client reached")
	flag.Parse()

	key := make([]byte, 32) // a new key: after a restart, every game begins again
	rand.Read(key)

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	listeners := []listen.Listener{&listen.TCP{Addr: *addr, Public: *public}}
	if *webAddr != "" {
		listeners = append(listeners, &web.Listener{Addr: *webAddr, Public: *public})
	}
	if err := listen.Run(ctx, newApp(key).Respond, listeners...); err != nil {
		log.Fatal(err)
	}
}

func newApp(key []byte) *gopherframe.Router {
	z := quiz{token.New(key)}
	r := gopherframe.NewRouter()
	r.Handle("", z.start)
	r.Handle("answer/{state}/{answer:[0-9]}", z.answer)
	return r
}

type question struct {
	text    string
	answers []string
	right   int
}

var questions = []question{
	{"Which port has Gopher?", []string{"7", "70", "80"}, 1},
	{"Where was Gopher made?", []string{"Minnesota", "Geneva", "Berkeley"}, 0},
	{"Which type has a search?", []string{"i", "1", "7"}, 2},
}

// thinkingTime is how long a player has for one answer.
const thinkingTime = 10 * time.Minute

// purpose is what the tokens are for. If the app signed other tokens with the same key,
// for another purpose, they would not be taken for the state of a player.
const purpose = "answer"

type quiz struct{ tokens *token.Signer }

func (z quiz) start(*gopherframe.Request) gopherframe.Response {
	m := gopherframe.NewMenu().Add(layout.Title("What do you know of Gopher?")...)
	return z.ask(m, 0, 0)
}

// ask adds the question at a position, or the result after the last. The state of the
// player goes into the links. A player can go back and answer again with the same token:
// a quiz for money would have to remember which tokens were used.
func (z quiz) ask(m *gopherframe.Menu, position, score int) *gopherframe.Menu {
	if position == len(questions) {
		return m.Infof("That was all. You know %d of %d.", score, len(questions)).Menu("Again", "")
	}
	state := z.tokens.Sign(purpose, fmt.Sprint(position, " ", score), thinkingTime)
	q := questions[position]
	m.Add(layout.Info(q.text)...)
	for i, answer := range q.answers {
		m.Menu(answer, "answer/"+state+"/"+strconv.Itoa(i))
	}
	return m
}

// answer says whether the answer was right, and asks the next question.
func (z quiz) answer(q *gopherframe.Request) gopherframe.Response {
	state, err := z.tokens.Verify(purpose, q.Param("state"))
	switch {
	case errors.Is(err, token.ErrExpired):
		return gopherframe.NewMenu().Info("You took too long.").Menu("Again", "")
	case err != nil:
		return gopherframe.NotFound("There is no such question.")
	}
	var position, score int
	if _, err := fmt.Sscan(state, &position, &score); err != nil {
		return gopherframe.Fail(err)
	}
	m := gopherframe.NewMenu()
	if right := questions[position].right; q.Param("answer") == strconv.Itoa(right) {
		m.Info("Right!")
		score++
	} else {
		m.Infof("No. It is %s.", questions[position].answers[right])
	}
	return z.ask(m.Info(""), position+1, score)
}
