module gopherframe/cmd/gopherframe

go 1.26.5

require (
	github.com/alecthomas/kong v1.17.0
	golang.org/x/term v0.47.0
	gopherframe v0.0.0
)

require golang.org/x/sys v0.49.0 // indirect

replace gopherframe => ../..
