package harmless

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// urlSchemes are the schemes that a link may have. javascript:, data: and vbscript:
// must not be among them: browsers run those with the rights of the page that links to
// them.
var urlSchemes = []string{"http", "https", "gopher", "gophers", "gemini", "mailto", "ftp"}

// URL returns the URL in text, put together again from what net/url understood, so that
// a browser cannot read it differently. The error says why nobody should be led there.
func URL(text string) (string, error) {
	if !utf8.ValidString(text) || strings.ContainsFunc(text, unicode.IsControl) {
		return "", fmt.Errorf("%q has bytes that no URL has", text)
	}
	u, err := url.Parse(text)
	if err != nil {
		return "", fmt.Errorf("no URL: %w", err)
	}
	if !slices.Contains(urlSchemes, u.Scheme) || u.Hostname() == "" && u.Scheme != "mailto" {
		return "", fmt.Errorf("nobody is led to %q", text)
	}
	return u.String(), nil
}
