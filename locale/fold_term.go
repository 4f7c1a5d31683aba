package locale

import (
	"cmp"
	"slices"
	"strings"
)

// Term is one of the things that a search text asks for: words that follow one another, joined, the last of them as a
// prefix if it is of letters. [Folder.Terms] makes Terms; the zero Term is none.
type Term struct {
	words []Word
	// back says for each word but the last how many words, before and with it, are again the term's first. It is what lets
	// In look at each word once (Knuth, Morris, Pratt).
	back []int
}

// endOfWord stands after words of which nothing but the whole will do. Neither a collation weight nor a character in UTF-8
// begins with such a byte.
const endOfWord = 0xff

// Terms gives what a search text asks for: its parts between white space, each of which must begin a word of what is found.
// No term comes twice, and one that another begins with is left out: what fits kaffee fits kaf. The longest are first, by
// the bytes of their folded words, and those as long in the order of the text. A text of white space and characters that
// nobody sees gives none. An accent by itself is a term, and fits such accents alone.
func (f *Folder) Terms(text string) []Term {
	type part struct {
		words    []Word
		spelling string
		from     int // the place of its first word
		length   int
	}
	var parts []part
	words := f.Words(text)
	for from := 0; from < len(words); {
		length, to := len(words[from].Text), from+1
		for ; to < len(words) && words[to].Joined; to++ {
			length += len(words[to].Text)
		}
		parts = append(parts, part{words[from:to:to], spelling(words[from:to]), from, length})
		from = to
	}
	// What begins others comes before them all, with nothing else between.
	slices.SortFunc(parts, func(a, b part) int {
		return cmp.Or(strings.Compare(a.spelling, b.spelling), cmp.Compare(b.from, a.from))
	})
	kept := parts[:0]
	for i, one := range parts {
		if i+1 == len(parts) || !strings.HasPrefix(parts[i+1].spelling, one.spelling) {
			kept = append(kept, one)
		}
	}
	slices.SortFunc(kept, func(a, b part) int {
		return cmp.Or(cmp.Compare(b.length, a.length), cmp.Compare(a.from, b.from))
	})
	terms := make([]Term, len(kept))
	for i, one := range kept {
		terms[i] = newTerm(one.words)
	}
	return terms
}

// spelling writes words one after the other, so that what a term begins with is a prefix of it.
func spelling(words []Word) string {
	var all strings.Builder
	for i, word := range words {
		all.WriteString(word.Text)
		if i+1 < len(words) || word.Text[0] == literal {
			all.WriteByte(endOfWord)
		}
	}
	return all.String()
}

func newTerm(words []Word) Term {
	t := Term{words: words}
	last := len(words) - 1
	if last == 0 {
		return t
	}
	t.back = make([]int, last)
	fit := 0
	for i := 1; i < last; i++ {
		fit = t.next(fit, words[i].Text)
		t.back[i] = fit
	}
	return t
}

// next says how many of the term's first words are the latest ones, when as many as fit were and this one follows.
func (t Term) next(fit int, word string) int {
	last := len(t.words) - 1
	for fit > 0 && (fit == last || t.words[fit].Text != word) {
		fit = t.back[fit-1]
	}
	if fit < last && t.words[fit].Text == word {
		fit++
	}
	return fit
}

// Lead is the first word of the term, by which candidates are found: whole says that it must be a whole word, else any word
// with this prefix will do.
func (t Term) Lead() (word string, whole bool) {
	word = t.words[0].Text
	return word, len(t.words) > 1 || word[0] == literal
}

// Alone says that Lead is all that the term asks.
func (t Term) Alone() bool {
	return len(t.words) == 1
}

// In says that one of the words begins what the term asks: its words one after the other, joined, the last of them as a
// prefix. The words are those that a Folder of the same [Sorting] gives.
func (t Term) In(words []Word) bool {
	last := len(t.words) - 1
	end := t.words[last].Text
	fit := 0
	for _, word := range words {
		if !word.Joined {
			fit = 0
		}
		if fit == last && (word.Text == end || end[0] == letters && strings.HasPrefix(word.Text, end)) {
			return true
		}
		fit = t.next(fit, word.Text)
	}
	return false
}
