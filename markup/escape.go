package markup

import (
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// cost is at most how many bytes a text is once it is written.
func cost(text string) int {
	const entity = len("&#123;") - 1       // what a mark is longer
	bytes := len(text) + len("&#1114111;") // the first character may be written so whatever it is
	for i := range len(text) {
		if c := text[i]; c < '0' || c > '9' && c < 'A' || c > 'Z' && c < 'a' || c > 'z' && c < utf8.RuneSelf {
			bytes += entity
		}
	}
	return bytes
}

// writing is an expanded text as far as it has been written.
type writing struct {
	frame string
	from  int // of the frame: what comes before is written
	out   []byte

	// What came before in the same paragraph, by which an attribute may be inside something that ends with a quotation mark,
	// a parenthesis or a space: the address or the title of a link, a tag.
	inside, address bool
}

// copy writes the frame up to a place.
func (w *writing) copy(to int) {
	if to <= w.from {
		return
	}
	piece := w.frame[w.from:to]
	w.out = append(w.out, piece...)
	w.from = to
	if paragraph := lastBlankLine(piece); paragraph >= 0 {
		w.inside, w.address = false, false
		piece = piece[paragraph:]
	}
	w.inside = w.inside || strings.ContainsAny(piece, "<") || strings.Contains(piece, "](") || strings.Contains(piece, "]:")
	if link := max(strings.LastIndex(piece, "]("), strings.LastIndex(piece, "]:")); link >= 0 {
		piece = strings.TrimLeft(piece[link+2:], " ")
		w.address = true
	}
	w.address = w.address && !strings.ContainsAny(piece, " \t\n")
}

// lastBlankLine is where the last blank line of a text ends; -1 where it has none.
func lastBlankLine(text string) int {
	for end := len(text); ; {
		last := strings.LastIndexByte(text[:end], '\n')
		if last < 0 {
			return -1
		}
		if before := strings.TrimRight(text[:last], " \t"); strings.HasSuffix(before, "\n") {
			return last
		}
		end = last
	}
}

// listMark is a value that would begin a list.
var listMark = regexp.MustCompile(`^[0-9]{1,9}([.)])(?: |$)`)

// insert writes an attribute's text so that no mark is in it. It uses entities, which mean themselves wherever Markdown is not
// code: in text, in addresses and titles, and between tags. A backslash would show between tags.
func (w *writing) insert(value string) {
	first, last := 0, len(value)
	for last--; !utf8.RuneStart(value[last]); last-- {
	}
	mark := -1
	if w.lineBegins() {
		if found := listMark.FindStringSubmatchIndex(value); found != nil {
			mark = found[2]
		} else if next := w.next(); strings.Trim(value, "0123456789") == "" && strings.IndexByte(".){x", next) >= 0 {
			mark = 0 // a number, and what follows would make it the number of an item
		}
	}
	if w.joins() {
		first = -1
		_, size := utf8.DecodeRuneInString(value)
		w.entity(value[:size])
		value, last = value[size:], last-size
	}
	before := rune(0)
	for i, r := range value {
		next, _ := utf8.DecodeRuneInString(value[i+utf8.RuneLen(r):])
		if i == mark && first == 0 || w.marks(r, before, next, i == first, i == last) {
			w.entity(string(r))
		} else {
			w.out = utf8.AppendRune(w.out, r)
		}
		before = r
	}
}

// marks says that a character might be a mark where it stands.
func (w *writing) marks(r, before, next rune, first, last bool) bool {
	switch r {
	case '\\', '`', '*', '[', ']', '<', '>', '&', '~', '|', '{', '@':
		return true
	case '_': // between letters it is none
		return !letter(before) || !letter(next)
	case '#': // it is the end of a heading after a space
		return !letter(before)
	case '+', '-', '=', ';':
		return first
	case ':': // it makes an address of what comes before
		return first || last || next == '/'
	case '.':
		return first || strings.HasSuffix(strings.ToLower(string(w.out[max(0, len(w.out)-3):])), "www")
	case '!': // with a bracket that follows it would be a picture
		return last
	case '(', ')':
		return first || w.inside
	case '"', '\'':
		return w.inside
	case ' ':
		return w.address
	}
	return (first || last) && unicode.IsSpace(r) // emphasis does not begin before white space, whatever kind it is
}

func letter(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// entity writes a character as what stands for it.
func (w *writing) entity(character string) {
	switch character {
	case "&":
		w.out = append(w.out, "&amp;"...)
	case "<":
		w.out = append(w.out, "&lt;"...)
	case ">":
		w.out = append(w.out, "&gt;"...)
	case `"`:
		w.out = append(w.out, "&quot;"...)
	default:
		r, _ := utf8.DecodeRuneInString(character)
		w.out = append(w.out, "&#"+strconv.Itoa(int(r))+";"...)
	}
}

// next is the byte of the frame that follows the place of an attribute; 0 at the end.
func (w *writing) next() byte {
	if w.from+1 < len(w.frame) {
		return w.frame[w.from+1]
	}
	return 0
}

// lineBegins says that on the line nothing stands yet but marks.
func (w *writing) lineBegins() bool {
	line := w.out[max(0, len(w.out)-80):]
	for i := len(line) - 1; i >= 0; i-- {
		if line[i] == '\n' {
			return true
		}
		if strings.IndexByte(" \t>-+*#.)0123456789", line[i]) < 0 {
			return false
		}
	}
	return true
}

// joins says that what is written so far ends in the beginning of a tag or an entity.
func (w *writing) joins() bool {
	end := len(w.out)
	if end > 0 && w.out[end-1] == '<' || end > 1 && w.out[end-2] == '<' && strings.IndexByte("/!?", w.out[end-1]) >= 0 {
		return true
	}
	for i := end - 1; i >= max(0, end-40); i-- {
		switch c := w.out[i]; {
		case c == '&':
			return true
		case c != '#' && (c < '0' || c > '9') && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z'):
			return false
		}
	}
	return false
}
