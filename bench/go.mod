module gopherframe/bench

go 1.26.5

require (
	github.com/go-chi/chi/v5 v5.5.0
	github.com/gorilla/mux v1.8.1
	github.com/julienschmidt/httprouter v1.3.0
	github.com/quic-go/quic-go v0.65.0
	github.com/uptrace/bunrouter v1.0.23
	golang.org/x/sys v0.47.0
	gopherframe v0.0.0
)

require (
	golang.org/x/crypto v0.54.0 // indirect
	golang.org/x/net v0.56.0 // indirect
	golang.org/x/text v0.43.0 // indirect
	golang.org/x/time v0.16.0 // indirect
)

replace gopherframe => ..
