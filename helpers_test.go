package gopherframe_test

import "gopherframe/internal/transcript"

var (
	info     = transcript.Info
	exchange = transcript.Exchange
	answers  = transcript.Answers
	lines    = transcript.Lines
)

type dialog = transcript.Dialog
