package markup

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// maxInserted is how many bytes the texts of attributes may add to one text, as they are written into it.
const maxInserted = 1 << 20

// Expand replaces each placeholder {{attribute "key"}} by the attribute's text. White space inside the braces is free; the key is
// quoted as in Go or JSON. \{{ stands for two braces and stays as it is: HTML and Plain show it without the backslash.
//
// The text of an attribute is one line of text, whatever it holds: it is written so that none of it is a mark, begins a link
// or refers to another attribute, in HTML, in Plain, and for other readers of Markdown. Line breaks in it are spaces, white space
// at its ends is dropped. In code it is written as it is; backticks lengthen what the code stands between, and a span of code
// that goes over lines becomes one line. In the address of a link, [manual]({{attribute "manual"}}), it is a part of the address,
// of which HTML then asks what it asks of all. Where the text's author wrote half of a mark and the attribute has the other
// half, as in <{{attribute "x"}}>, it is no mark.
//
// Where attribute knows no text for a key, nothing is inserted and the key is in missing, once. So it is with what stands between
// braces and is no placeholder; missing then has the beginning of what is written there. White space that would stand doubled
// goes, and so does a line that would be empty. An attribute is asked for once. What attributes add to a text is at most 1 MiB:
// one that goes beyond that is missing.
//
// Nothing of the result is a placeholder or a problem to Check. A text without {{ is returned as it is.
func Expand(markdown string, attribute func(key string) (text string, ok bool)) (expanded string, missing []string) {
	if !strings.Contains(markdown, "{{") {
		return markdown, nil
	}
	f := &frame{asked: map[string]answer{}, reported: map[string]bool{}, left: maxInserted}
	markdown = normal(markdown)
	from := 0
	for p := range placeholders(markdown) {
		f.text = append(f.text, markdown[from:p.start]...)
		from = p.end
		if value := f.value(markdown, p, attribute); value != "" {
			f.places = append(f.places, place{len(f.text), value})
			f.text = append(f.text, stand)
		} else {
			from = f.close(markdown, from)
		}
	}
	f.text = append(f.text, markdown[from:]...)
	return f.filled(), f.missing
}

// A frame is a text in which one letter stands for each attribute that is to be inserted, and nothing for what is missing. As
// nothing of an attribute's text is a mark, the frame has the structure that the expanded text will have.
type frame struct {
	text     []byte
	places   []place // in order
	asked    map[string]answer
	reported map[string]bool
	missing  []string
	left     int // bytes that may still be inserted
}

// stand is the letter that stands for an attribute.
const stand = 'x'

type place struct {
	at    int // in the frame
	value string
}

type answer struct {
	text string
	ok   bool
}

// value is what to insert for a placeholder: empty for nothing, be it that the attribute is empty or missing.
func (f *frame) value(markdown string, p placeholder, attribute func(string) (string, bool)) string {
	if p.problem != "" {
		f.report(brief(markdown[p.start:p.end]))
		return ""
	}
	got, asked := f.asked[p.key]
	if !asked {
		text, ok := attribute(p.key)
		got = answer{flat(text), ok}
		f.asked[p.key] = got
	}
	if !got.ok {
		f.report(p.key)
		return ""
	}
	if got.text == "" {
		return ""
	}
	needs := cost(got.text)
	if needs > f.left {
		f.report(p.key)
		return ""
	}
	f.left -= needs
	return got.text
}

func (f *frame) report(what string) {
	if !f.reported[what] {
		f.reported[what] = true
		f.missing = append(f.missing, what)
	}
}

// flat is an attribute's text as one line.
func flat(text string) string {
	line := strings.Map(func(r rune) rune {
		switch r {
		case '\n', '\r', '\t', '\v', '\f', '\u0085', '\u2028', '\u2029':
			return ' '
		case 0:
			return utf8.RuneError
		}
		return r
	}, strings.ToValidUTF8(text, "\uFFFD"))
	return strings.Trim(line, " ")
}

// close closes up the place of a placeholder for which nothing is inserted, and says from where the text goes on.
func (f *frame) close(markdown string, from int) int {
	line := len(f.text)
	for line > 0 && (f.text[line-1] == ' ' || f.text[line-1] == '\t') {
		line--
	}
	begins := line == 0 || f.text[line-1] == '\n'
	next := from
	for next < len(markdown) && (markdown[next] == ' ' || markdown[next] == '\t') {
		next++
	}
	ends := next == len(markdown) || markdown[next] == '\n'
	switch {
	case begins && ends: // the line would be empty
		f.text = f.text[:line]
		return min(next+1, len(markdown))
	case ends: // two spaces that follow break the line, those before do not
		f.text = f.text[:line]
		return from
	case begins || line < len(f.text):
		return next
	default:
		return from
	}
}

// edit replaces a part of the frame.
type edit struct {
	start, end int
	text       string
}

// filled is the frame with the attributes in their places.
func (f *frame) filled() string {
	if len(f.places) == 0 {
		return string(f.text)
	}
	edits, rest := f.code()
	w := writing{frame: string(f.text)}
	for len(edits) > 0 || len(rest) > 0 {
		if len(rest) == 0 || len(edits) > 0 && edits[0].start <= rest[0].at {
			w.copy(edits[0].start)
			w.out = append(w.out, edits[0].text...)
			w.from = max(w.from, edits[0].end)
			edits = edits[1:]
			continue
		}
		w.copy(rest[0].at)
		w.insert(rest[0].value)
		w.from = rest[0].at + 1
		rest = rest[1:]
	}
	w.copy(len(w.frame))
	return string(w.out)
}

// within gives the places from start to end, and those after; places that come before start are among neither.
func within(places []place, start, end int) (in, after []place) {
	first, _ := slices.BinarySearchFunc(places, start, func(p place, at int) int { return p.at - at })
	last, _ := slices.BinarySearchFunc(places, end, func(p place, at int) int { return p.at - at })
	return places[first:last], places[last:]
}
