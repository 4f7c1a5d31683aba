package unit

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	maxCode     = 64 // bytes
	maxDepth    = 8  // of parentheses
	maxExponent = 2  // digits
)

// atom is a unit with a name; prefixes go with metric ones.
type atom struct {
	term
	metric bool
}

// parser reads a code from left to right. It stops at the first problem, which is words for the caller.
type parser struct {
	code    string
	at      int
	depth   int
	atoms   map[string]atom
	problem string
}

// readCode gives what a code is worth, made of the given atoms, or the problem with it.
func readCode(code string, atoms map[string]atom) (term, string) {
	switch {
	case code == "":
		return term{}, "it is empty; the code of no unit is 1"
	case len(code) > maxCode:
		return term{}, fmt.Sprintf("it has %d bytes, %d are allowed", len(code), maxCode)
	case !utf8.ValidString(code):
		return term{}, "it is not UTF-8"
	}
	p := parser{code: code, atoms: atoms}
	read := p.mainTerm()
	switch {
	case p.problem != "":
		return term{}, p.problem
	case p.at < len(code) && p.peek() == ')':
		return term{}, "there is a ) without a ("
	case p.at < len(code):
		return term{}, fmt.Sprintf("there is no . or / before %q", code[p.at:])
	case !read.isSized():
		return term{}, "it is too large or too small a unit"
	}
	return read, ""
}

func (p *parser) mainTerm() term {
	if p.skip("/") {
		return number(1).times(p.component(), -1).over(p)
	}
	return p.term()
}

func (p *parser) term() term { return p.component().over(p) }

// over goes on with a product, left to right: a/b.c is c·a/b.
func (t term) over(p *parser) term {
	for p.problem == "" {
		switch {
		case p.skip("."):
			t = t.times(p.component(), 1)
		case p.skip("/"):
			t = t.times(p.component(), -1)
		default:
			return t
		}
	}
	return t
}

func (p *parser) component() term {
	switch c := p.peek(); {
	case c == '(':
		return p.parentheses()
	case c == '{':
		return thing(p.note())
	case p.skip("10*"), p.skip("10^"):
		return p.annotated(number(10))
	case isDigit(c):
		n, err := strconv.ParseFloat(p.digits(), 64)
		if err != nil || n == 0 {
			p.fail("0 is no factor")
		}
		return number(n)
	default:
		return p.annotated(p.symbol())
	}
}

func (p *parser) parentheses() term {
	p.at++
	p.depth++
	if p.depth > maxDepth {
		p.fail("its parentheses are more than %d deep", maxDepth)
		return term{}
	}
	inner := p.term()
	p.depth--
	if p.problem == "" && !p.skip(")") {
		p.fail("there is no ) for a (")
	}
	return inner
}

// annotated reads what can follow a unit: an exponent, then a note, which says nothing of the size.
func (p *parser) annotated(t term) term {
	from := p.at
	if p.peek() == '-' || p.peek() == '+' {
		p.at++
	}
	sign := p.code[from:p.at]
	if digits := p.digits(); digits != "" || sign != "" {
		exponent, err := strconv.Atoi(sign + digits)
		if err != nil || len(digits) > maxExponent {
			p.fail("an exponent has one or two digits")
			return term{}
		}
		if exponent != 1 {
			t = number(1).times(t, exponent)
		}
	}
	if p.peek() == '{' {
		p.note()
	}
	return t
}

// note reads an annotation and gives it with its braces. UCUM allows ASCII alone in it; the things that shops count have
// names in their own languages.
func (p *parser) note() string {
	length := strings.IndexByte(p.code[p.at:], '}') + 1
	note := p.code[p.at : p.at+length]
	switch {
	case length == 0:
		p.fail("there is no } for a {")
	case length == len("{}"):
		p.fail("there is nothing in its braces")
	case strings.LastIndexByte(note, '{') > 0:
		p.fail("there are braces within braces")
	case strings.ContainsFunc(note, func(r rune) bool { return !unicode.IsPrint(r) }):
		p.fail("there is an invisible character in its braces")
	}
	p.at += length
	return note
}

// symbol reads a unit with or without a prefix. In square brackets every character belongs to the symbol.
func (p *parser) symbol() term {
	from := p.at
	for p.at < len(p.code) && strings.IndexByte("./(){}+-0123456789", p.peek()) < 0 {
		length := 1
		if p.peek() == '[' {
			length = strings.IndexByte(p.code[p.at:], ']') + 1
		}
		if length == 0 {
			p.fail("there is no ] for a [")
			return term{}
		}
		p.at += length
	}
	symbol := p.code[from:p.at]
	found, ok := find(symbol, p.atoms)
	switch {
	case symbol == "" && p.at == len(p.code):
		p.fail("a unit is missing at its end")
	case symbol == "":
		p.fail("a unit is missing before %q", p.code[p.at:])
	case !ok:
		p.fail("%q is none of UCUM's units", symbol)
	}
	return found
}

// find gives a unit by its symbol, which may have a prefix.
func find(symbol string, atoms map[string]atom) (term, bool) {
	if whole, ok := atoms[symbol]; ok {
		return whole.term, true
	}
	for length := min(2, len(symbol)-1); length > 0; length-- {
		by, isPrefix := prefixes[symbol[:length]]
		if rest, ok := atoms[symbol[length:]]; ok && isPrefix && rest.metric {
			rest.num *= by.num
			rest.den *= by.den
			return rest.term, true
		}
	}
	return term{}, false
}

// peek gives the next byte, or 0 at the end.
func (p *parser) peek() byte {
	if p.at == len(p.code) {
		return 0
	}
	return p.code[p.at]
}

// skip passes over a text where it stands next.
func (p *parser) skip(text string) bool {
	found := strings.HasPrefix(p.code[p.at:], text)
	if found {
		p.at += len(text)
	}
	return found
}

func (p *parser) digits() string {
	from := p.at
	for isDigit(p.peek()) {
		p.at++
	}
	return p.code[from:p.at]
}

func (p *parser) fail(format string, args ...any) {
	if p.problem == "" {
		p.problem = fmt.Sprintf(format, args...)
	}
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }
