// Package webtest holds the pages and feeds of listen/web against parsers of others. It is a
// module of its own, so that only its tests depend on them.
package webtest
