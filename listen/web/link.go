package web

import (
	"strings"

	"gopherframe/internal/harmless"
)

// maxLink is how many bytes of a text may be a link.
const maxLink = 2048

// textSchemes are the schemes of URLs that are found in a text.
var textSchemes = []string{"gopher://", "gophers://", "http://", "https://", "gemini://", "ftp://", "mailto:"}

// nextLink looks for a URL or an address of mail at or behind the byte from, which begins no
// earlier than least. It returns where it stands and leads. If what looked like a link is
// none, href is "", and end is where to look next; end is -1 if there is nothing more.
func nextLink(text string, from, least int) (start, end int, href string) {
	i := strings.IndexAny(text[from:], ":@")
	if i < 0 {
		return 0, -1, ""
	}
	i += from
	if text[i] == '@' {
		start, end = mail(text, i, least)
		if end > 0 {
			href, _ = safe("mailto:" + text[start:end])
		}
	} else {
		start, end = address(text, i, least)
		if end > 0 {
			href, _ = safe(text[start:end])
		}
	}
	if href == "" {
		end = max(end, i+1) // behind what was no URL: to look into it again would cost its length for each colon
	}
	return start, end, href
}

// safe returns the URL if it may be a link.
func safe(text string) (string, bool) {
	href, err := harmless.URL(text)
	return href, err == nil
}

// address returns the URL whose first colon is at i. end is 0 if there is none.
func address(text string, i, least int) (start, end int) {
	start = i
	for start > least && i-start < len("gophers") && isLetter(text[start-1]) {
		start--
	}
	for _, scheme := range textSchemes {
		if n := len(scheme); len(text)-start > n && strings.EqualFold(text[start:start+n], scheme) && start+strings.IndexByte(scheme, ':') == i {
			rest := text[start:min(len(text), start+maxLink)]
			if stop := strings.IndexFunc(rest, endsURL); stop >= 0 {
				rest = rest[:stop]
			}
			if rest = trimURL(rest); len(rest) > n {
				return start, start + len(rest)
			}
		}
	}
	return 0, 0
}

// endsURL reports whether r stands in no URL that is written in a text.
func endsURL(r rune) bool { return r <= ' ' || r == 0x7f || strings.ContainsRune("<>\"`{}|\\^", r) }

// trimURL returns a URL without the punctuation that ends the sentence around it. A
// parenthesis stays if the URL has the one that opens it.
func trimURL(url string) string {
	for url != "" {
		last := url[len(url)-1]
		if strings.IndexByte(".,;:!?'*_", last) >= 0 ||
			last == ')' && strings.Count(url, "(") < strings.Count(url, ")") ||
			last == ']' && strings.Count(url, "[") < strings.Count(url, "]") {
			url = url[:len(url)-1]
			continue
		}
		break
	}
	return url
}

// Limits of RFC 5321 section 4.5.3.1, in bytes.
const (
	maxLocal  = 64
	maxDomain = 255
)

// mail returns the address whose "@" is at i. end is 0 if there is none.
func mail(text string, i, least int) (start, end int) {
	start, end = i, i+1
	for start > least && i-start < maxLocal && (isAlnum(text[start-1]) || strings.IndexByte("._+-", text[start-1]) >= 0) {
		start--
	}
	for end < len(text) && end-i < maxDomain && (isAlnum(text[end]) || strings.IndexByte(".-", text[end]) >= 0) {
		end++
	}
	for start < i && !isAlnum(text[start]) {
		start++
	}
	for end > i+1 && !isAlnum(text[end-1]) {
		end--
	}
	domain := text[i+1 : end]
	if start == i || !strings.Contains(domain, ".") || strings.Contains(domain, "..") || !isAlnum(domain[0]) {
		return 0, 0
	}
	return start, end
}

func isLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }
func isAlnum(c byte) bool  { return isLetter(c) || c >= '0' && c <= '9' }
