module gopherframe/bench

go 1.26.5

require (
	github.com/go-chi/chi/v5 v5.5.0
	github.com/gorilla/mux v1.8.1
	github.com/julienschmidt/httprouter v1.3.0
	github.com/uptrace/bunrouter v1.0.23
	gopherframe v0.0.0
)

replace gopherframe => ..
