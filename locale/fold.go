package locale

import (
	"sync"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/collate"
	"golang.org/x/text/unicode/norm"
	"golang.org/x/text/width"
)

// Folder folds text for search as readers of a language expect: two letters are one if the language's collation gives them
// the same primary weight. So letter case and most accents make no difference, ß is ss, a digit is that of any script; but
// å is not a in Danish, where it is aa, nor ö o in Swedish, and ı goes with I in Turkish, i with İ. Any number of
// goroutines may use one, and two of the same [Sorting] fold alike.
type Folder struct {
	foldings sync.Pool // of *folding: the collator of x/text has scratch space and serves one goroutine at a time
}

type folding struct {
	turkic   bool
	collator *collate.Collator
	buffer   collate.Buffer
	run      []byte // of the text, what is to be one word
	folded   []byte // the words' text, one after the other
	words    []extent
}

// extent is a word whose text ends there in what is folded.
type extent struct {
	end    int
	joined bool
}

// Word is a word of a text, folded.
type Word struct {
	Text   string // opaque bytes, which compare bytewise: words that are one to readers have the same
	Joined bool   // it follows the one before without white space between
}

// The kinds of words are the first bytes of their text, so that one of letters neither is nor begins a literal.
const (
	letters byte = iota + 1
	literal
)

// NewFolder makes a Folder for a language, by the tables that [NewCollator] sorts by.
func NewFolder(t Tag) *Folder {
	sorting := Sorting(t)
	tag, turkic := collation(sorting), sorting == "tr" || sorting == "az"
	return &Folder{foldings: sync.Pool{New: func() any {
		return &folding{turkic: turkic, collator: collate.New(tag, collate.Loose)}
	}}}
}

// Words gives the words of a text, folded, in order: each run of letters, marks and digits is one, and each other
// character that is not white space is one by itself, a literal, which is no other character's equal but for its width
// (+ and ＋). How characters are composed makes no difference; those that nobody sees, such as soft hyphens and joiners, are
// passed over.
//
// In scripts that put no spaces between words a run may be a sentence, and readers look for what is inside. So each
// character of Chinese and Japanese is a word, joined to the one before, and each cluster in Thai, Lao, Khmer and Burmese:
// a consonant with the vowels and marks around it.
//
// A run that has nothing to sort by, such as an accent without a letter, is a literal as it stands. So is each byte that is
// not UTF-8. The beginning of a word's text is the text of the word's beginning, unless that ends within what sorts as one:
// a in the Danish aa.
func (f *Folder) Words(text string) []Word {
	with, _ := f.foldings.Get().(*folding)
	words := with.fold(text)
	if len(text) <= maxKept {
		f.foldings.Put(with)
	}
	return words
}

func (f *folding) fold(text string) []Word {
	f.folded, f.words = f.folded[:0], f.words[:0]
	joined := false
	for rest := composed(text); rest != ""; {
		r, size := utf8.DecodeRuneInString(rest)
		switch {
		case unicode.IsSpace(r):
			joined = false
		case unseen(r):
		case inWord(r):
			size = f.takeRun(rest)
			f.addRun(joined)
			joined = true
		default:
			f.add(literal, []byte(rest[:size]), joined)
			joined = true
		}
		rest = rest[size:]
	}
	if len(f.words) == 0 {
		return nil
	}
	all, start := string(f.folded), 0
	words := make([]Word, len(f.words))
	for i, word := range f.words {
		words[i] = Word{all[start:word.end], word.joined}
		start = word.end
	}
	return words
}

// takeRun takes the word of letters that the text begins with into f.run, in lower case, and says how long it is there.
// Lower case matters in spite of the collation: that knows aa, Aa and AA as one letter of Danish, but not aA, and no case in
// scripts that got it after Unicode 6.2.
func (f *folding) takeRun(text string) int {
	f.run = f.run[:0]
	cluster := false // else a run of letters in a script with spaces
	var before rune
	for i, r := range text {
		switch {
		case unseen(r):
			continue
		case !inWord(r) || i > 0 && !unicode.IsMark(r) && (cluster || spaceless(r)) && !(cluster && continues(before, r)):
			return i
		case i == 0:
			cluster = spaceless(r)
		}
		f.run = utf8.AppendRune(f.run, f.lower(r))
		before = r
	}
	return len(text)
}

// lower gives a letter in lower case. What x/text's collation has for Turkish, I beside ı, makes Î another letter than î.
func (f *folding) lower(r rune) rune {
	if r == 'I' && f.turkic {
		return 'ı'
	}
	return unicode.ToLower(r)
}

func (f *folding) addRun(joined bool) {
	if key := f.collator.Key(&f.buffer, f.run); len(key) > 0 {
		f.add(letters, key, joined)
	} else {
		f.add(literal, f.run, joined)
	}
	f.buffer.Reset()
}

func (f *folding) add(kind byte, text []byte, joined bool) {
	f.folded = append(append(f.folded, kind), text...)
	f.words = append(f.words, extent{len(f.folded), joined})
}

// composed gives a text in a form that is one for all spellings of a character, by the Unicode normalisation NFC, and of
// what stands in words NFKC, which knows the ligatures and widths of letters too. Of a literal NFKC would make words (™, ℃)
// or white space (´), but takes the width.
func composed(text string) string {
	if norm.NFKC.IsNormalString(text) {
		return text
	}
	text = norm.NFC.String(text)
	all, start := make([]byte, 0, len(text)), 0
	for i, r := range text {
		if inWord(r) {
			continue
		}
		all = append(all, norm.NFKC.String(text[start:i])...)
		_, size := utf8.DecodeRuneInString(text[i:])
		start = i + size
		if usual := width.LookupRune(r).Folded(); usual != 0 {
			all = utf8.AppendRune(all, usual)
		} else {
			all = append(all, text[i:start]...)
		}
	}
	return string(append(all, norm.NFKC.String(text[start:])...))
}

func inWord(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.IsMark(r)
}

// unseen says that a character is there for programs that lay text out, and is to be ignored otherwise. The grapheme joiner
// is such a one, but has a use in collation: to keep apart what would be one letter.
func unseen(r rune) bool {
	if r < 0xad || r > 0xad && r <= 0x034f {
		return false
	}
	return unicode.Is(unicode.Cf, r) && !unicode.Is(unicode.Prepended_Concatenation_Mark, r) ||
		unicode.In(r, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector)
}

// spaceless says that a letter is of a script that puts no spaces between words.
func spaceless(r rune) bool {
	const first, prolonged = 0x0e00, 'ー'
	return r >= first && !unicode.IsDigit(r) && (r == prolonged || unicode.In(r,
		unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar))
}

// continues says that a letter belongs to a cluster whose last character is the one before.
func continues(before, r rune) bool {
	switch before {
	case '\u17d2', '\u1039': // in Khmer and Burmese, what puts a consonant under another
		return spaceless(r)
	}
	switch r {
	case 'ะ', 'า', 'ำ', 'ๅ', 'ະ', 'າ', 'ຳ': // vowels after the consonant
		return true
	}
	return unicode.Is(unicode.Logical_Order_Exception, before) && spaceless(r) // vowels before it
}
