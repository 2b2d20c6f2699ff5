module gopherframe/listen/web/webtest

go 1.26.5

require (
	github.com/mmcdole/gofeed v1.4.2
	golang.org/x/net v0.62.0
	gopherframe v0.0.0
)

require (
	github.com/mmcdole/goxpp/v2 v2.0.0 // indirect
	golang.org/x/text v0.43.0 // indirect
)

replace gopherframe => ../../..
