package locale_test

import (
	"bytes"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"
	"golang.org/x/text/unicode/norm"
	"golang.org/x/text/width"
	"pgregory.net/rapid"

	"unisono/locale"
)

// fits says whether everything that a search text asks for is in a name.
func fits(f *locale.Folder, search, name string) bool {
	words := f.Words(name)
	return !slices.ContainsFunc(f.Terms(search), func(t locale.Term) bool { return !t.In(words) })
}

func TestSearch(t *testing.T) {
	for _, test := range []struct {
		tag           locale.Tag
		name          string
		found, missed string // separated by commas
	}{
		{"de", "Kaffee-Maschine, grün", "kaf,KAFFEE masch,kaffee-maschine,-m,gru,GRÜ ka,\u00adkaf", "affee,kaffeem,kaffee x"},
		{"de", "Große Tasse", "gross,GROẞE,gro,groß tas", "grose,gross-"},
		{"da", "Ålborg stol", "ål,aal,å,aalborg st", "a,al,o"},
		{"da", "Baal", "b,baa,bå", "ba,bal"}, // ba ends within a letter
		{"sv", "Öl", "ö,ÖL", "o,ol"},
		{"en", "Öl", "ö,o,ol", "l"},
		{"tr", "Ilık su", "ı,I,ılı,ILIK", "i,il,İ"},
		{"en", "Adapter 2+1 c++ +LR", "2,2+,2+1,+1,+,c+,c++,++,+lr,+l 2+1", "1+,12,2+12,c+++,+r,-"},
		{"en", `C:\x (a+)+$ .*`, `\,\x,(a+)+$,a+,.*,*,),:\x`, `.+,\\,a+$,(a),x(,.x`},
		{"zh", "滴滤咖啡机 X200", "咖啡,咖啡机,滴,机,x2,滴滤 咖啡", "啡咖,滤机,咖机,机x,200"},
		{"ja", "コーヒーメーカー", "こ,コーヒ,メーカー,ヒーメ", "コヒ"},
		{"th", "เครื่องชงกาแฟ", "กาแฟ,ชง,เครื่อง,กา,ก", "แกา,ชา"},
		{"ko", "커피 메이커", "커,커피,메이,커피 메", "피,이커"},
		{"en", "a\u0301 \u0301", "a,á,\u0301", "\u0308,\u0301\u0308"},
		{"en", "", "", "a,+,\u0301"},
	} {
		folder := locale.NewFolder(test.tag)
		for _, search := range strings.Split(test.found, ",") {
			if !fits(folder, search, test.name) {
				t.Errorf("%s: %q does not find %q", test.tag, search, test.name)
			}
		}
		for _, search := range strings.Split(test.missed, ",") {
			if fits(folder, search, test.name) {
				t.Errorf("%s: %q finds %q", test.tag, search, test.name)
			}
		}
	}
}

func TestTerms(t *testing.T) {
	folder := locale.NewFolder("en")
	for _, test := range []struct{ text, want string }{
		{"", ""},
		{" \t\u3000\u200b\u00ad", ""},
		{"kaf", "kaf"},
		{"kaf kaffee KAF káf", "kaffee"},
		{"kaffee kaf", "kaffee"},
		{"affe kaffee", "kaffee affe"},
		{"b a cc dd", "cc dd b a"},
		{"2 2+1 2+", "2+1"},
		{"+ ++ +a", "+a ++"},
		{"2+1 1", "2+1 1"}, // it does not begin with 1
		{"2+11 2+1", "2+11"},
		{"2+1 22+1", "22+1 2+1"},
		{"a+ a ab", "a+ ab"},
		{"咖啡 咖啡机 咖", "咖啡机"},
		{"\u0301 a\u0301 \u0308", "\u0301 a \u0308"},
	} {
		var want []locale.Term
		for _, part := range strings.Fields(test.want) {
			want = append(want, folder.Terms(part)...)
		}
		got := folder.Terms(test.text)
		if !slices.EqualFunc(got, want, func(a, b locale.Term) bool { return reflect.DeepEqual(a, b) }) {
			t.Errorf("the terms of %q are %+v, want %+v", test.text, got, want)
		}
	}
}

func TestLead(t *testing.T) {
	folder := locale.NewFolder("en")
	for _, test := range []struct {
		text, lead   string
		whole, alone bool
	}{
		{"kaf", "KAF", false, true},
		{"2+1", "2", true, false},
		{"+LR", "+", true, false},
		{"+", "+", true, true},
		{"c++", "c", true, false},
		{"咖", "咖", false, true},
		{"咖啡", "咖", true, false},
		{"\u0301", "\u0301", true, true},
	} {
		terms := folder.Terms(test.text)
		lead, whole := terms[0].Lead()
		if want := folder.Words(test.lead)[0].Text; lead != want || whole != test.whole || terms[0].Alone() != test.alone {
			t.Errorf("the lead of %q is %q, whole %t, alone %t", test.text, lead, whole, terms[0].Alone())
		}
	}
}

// alphabets are letters that sort one by one, in lower and upper case.
var alphabets = map[locale.Tag]string{
	"en": "abcdeéfghiïjklmnoöøpqrstuvwxyzåæœß0123456789",
	"de": "aäbceioöuüsßtz19",
	"fr": "aàâbcçeéèêëiîïoôœuùûüÿ",
	"da": "bcdeéfghijklmnoøpqrstuüvwxyzåæ",
	"sv": "aåäbeéioöuvwy",
	"tr": "aâbcçdefgğhıiîjklmnoöprsştuüvyz",
	"pl": "aąbcćeęlłnńoósśzźż",
	"es": "aábcdeélnñoóuúüz",
	"ru": "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
	"el": "αάβγδεέζηθιίϊΐκλμνξοόπρσςτυφχψω",
	"hy": "աբգդեզէըթժ",
	"ka": "აბგდევზთიკ",
	"ja": "あいうえおかがっつコーヒ珈琲ﾊ",
	"zh": "咖啡机滴滤壶水",
	"ko": "가각커피메이한국",
	"he": "אבגדהוזחטיכך",
}

func drawWord(t *rapid.T) (locale.Tag, []rune) {
	tag := rapid.SampledFrom(slices.Sorted(maps.Keys(alphabets))).Draw(t, "tag")
	return tag, rapid.SliceOfN(rapid.SampledFrom([]rune(alphabets[tag])), 1, 12).Draw(t, "word")
}

func upper(tag locale.Tag, s string) string {
	if tag == "tr" {
		return strings.ToUpperSpecial(unicode.TurkishCase, s)
	}
	return strings.ToUpper(s)
}

func TestBeginningsOfWordsAreFound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tag, word := drawWord(t)
		folder := locale.NewFolder(tag)
		begin := string(word[:rapid.IntRange(1, len(word)).Draw(t, "length")])
		if rapid.Bool().Draw(t, "upper") {
			begin = upper(tag, begin)
		}
		if rapid.Bool().Draw(t, "decomposed") {
			begin = norm.NFD.String(begin)
		}
		name := "x- " + string(word) + "+ y"
		terms := folder.Terms(begin)
		if len(terms) != 1 || !terms[0].In(folder.Words(name)) {
			t.Errorf("%s: %q does not find %q", tag, begin, name)
		}
		lead, whole := terms[0].Lead()
		if !slices.ContainsFunc(folder.Words(name), func(w locale.Word) bool {
			return w.Text == lead || !whole && strings.HasPrefix(w.Text, lead)
		}) {
			t.Errorf("%s: the lead of %q is not in %q", tag, begin, name)
		}
	})
}

func TestCaseMakesNoDifference(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tag, word := drawWord(t)
		folder := locale.NewFolder(tag)
		mixed := slices.Clone(word)
		for i, r := range mixed {
			if rapid.Bool().Draw(t, "upper") && r != 'ß' {
				mixed[i] = []rune(upper(tag, string(r)))[0]
			}
		}
		for _, other := range []string{string(mixed), upper(tag, string(word))} {
			if !slices.Equal(folder.Words(string(word)), folder.Words(other)) {
				t.Errorf("%s: %q and %q differ", tag, string(word), other)
			}
		}
	})
}

// Two letters are one if and only if they have the same primary weight.
func TestLettersFoldByTheirPrimaryWeights(t *testing.T) {
	for tag, alphabet := range alphabets {
		folder := locale.NewFolder(tag)
		collator, buffer := collate.New(language.Make(string(tag)), collate.Loose), collate.Buffer{}
		for _, a := range alphabet {
			for _, b := range alphabet {
				one := slices.Equal(folder.Words(string(a)), folder.Words(string(b)))
				key, other := collator.KeyFromString(&buffer, string(a)), collator.KeyFromString(&buffer, string(b))
				if same := bytes.Equal(key, other); one != same {
					t.Errorf("%s: %c and %c are one: %t; they have one primary weight: %t", tag, a, b, one, same)
				}
			}
			buffer.Reset()
		}
	}
}

func TestSymbolsAreThemselvesOnly(t *testing.T) {
	folder := locale.NewFolder("en")
	seen := map[string]rune{}
	for r := range unicode.MaxRune {
		if !unicode.In(r, unicode.P, unicode.S) || !utf8.ValidRune(r) || width.LookupRune(r).Folded() != 0 ||
			norm.NFC.String(string(r)) != string(r) {
			continue
		}
		words := folder.Words(string(r))
		if len(words) != 1 {
			t.Fatalf("%U is %d words", r, len(words))
		}
		if other, again := seen[words[0].Text]; again {
			t.Errorf("%U is %U", r, other)
		}
		seen[words[0].Text] = r
		if term := folder.Terms(string(r))[0]; !term.In(folder.Words("a"+string(r)+"b")) || term.In(folder.Words("ab")) {
			t.Errorf("%U is not found, or found where it is not", r)
		}
	}
}

// TestInLooksEverywhere compares with the plain way to look for one list in another.
func TestInLooksEverywhere(t *testing.T) {
	folder := locale.NewFolder("en")
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`[ab+一二]{1,6}`).Draw(t, "search")
		search, words := folder.Words(text), folder.Words(rapid.StringMatching(`[ab+一二 ]{0,40}`).Draw(t, "name"))
		want := false
		for from := range words {
			rest := words[from:]
			if len(rest) < len(search) {
				break
			}
			fit := true
			for i, word := range search {
				last := i+1 == len(search) && !strings.HasSuffix(text, "+")
				equal := rest[i].Text == word.Text || last && strings.HasPrefix(rest[i].Text, word.Text)
				fit = fit && equal && (i == 0 || rest[i].Joined)
			}
			want = want || fit
		}
		if got := folder.Terms(text)[0].In(words); got != want {
			t.Errorf("found: %t, want %t", got, want)
		}
	})
}

// What is left out of the terms asks for nothing that the others do not.
func TestTermsAskForAllParts(t *testing.T) {
	folder := locale.NewFolder("en")
	rapid.Check(t, func(t *rapid.T) {
		search := rapid.StringMatching(`[aá+一 ]{0,12}`).Draw(t, "search")
		name := rapid.StringMatching(`[aá+一 ]{0,20}`).Draw(t, "name")
		want := true
		for _, part := range strings.Fields(search) {
			want = want && fits(folder, part, name)
		}
		if got := fits(folder, search, name); got != want {
			t.Errorf("found: %t, want %t", got, want)
		}
	})
}

type errorer interface{ Errorf(string, ...any) }

func checkOwnTerms(t errorer, folder *locale.Folder, text string) {
	words := folder.Words(text)
	for _, term := range folder.Terms(text) {
		if !term.In(words) {
			t.Errorf("%.100q does not contain its own term %.100v", text, term)
		}
	}
}

func checkFold(t errorer, tag locale.Tag, text string) {
	folder, same := locale.NewFolder(tag), locale.NewFolder(locale.Sorting(tag))
	checkOwnTerms(t, folder, text)
	if !slices.Equal(folder.Words(text), same.Words(text)) {
		t.Errorf("%s: %q has other words by its sorting", tag, text)
	}
}

func TestAnyTextContainsItsTerms(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tag := rapid.SampledFrom(collate.Supported()).Draw(t, "tag")
		text := rapid.OneOf(rapid.String(), rapid.Map(rapid.SliceOf(rapid.Byte()), func(b []byte) string { return string(b) }))
		checkFold(t, locale.Tag(tag.String()), text.Draw(t, "text"))
	})
}

func FuzzFold(f *testing.F) {
	for i, text := range []string{
		"Kaffee-Maschine 2+1 c++ (a+)+$ .*", "咖啡機 コーヒー ｶﾞ", "กาแฟร้อน เ ក្ក", "½ ﷺ ℃ 가",
		"\u0308 +\u0308 ´n´ x\u00ad \xff\xc3a\x00",
	} {
		f.Add(text, i*7)
	}
	tables := collate.Supported()
	f.Fuzz(func(t *testing.T, text string, table int) {
		checkFold(t, locale.Tag(tables[uint(table)%uint(len(tables))].String()), text)
	})
}

// Were the time to grow by more than the length, this would take minutes.
func TestFoldTakesLongTexts(t *testing.T) {
	units := []string{
		"a", "aA", "å", "a ", "a\u0301", "\u0301", "\u0323\u0301", "a\u0323\u0301\u0327",
		"+", "+a", "咖", "咖啡", "か\u3099", "ก", "เ", "ក្",
		"½", "각", "\u200d", "\xff", "\xf0\x9f", "\x00", "\u034f", "e\u0301 E ", "一 一二 ",
	}
	folder := locale.NewFolder("da")
	for _, unit := range units {
		checkOwnTerms(t, folder, strings.Repeat(unit, 50_000/len(unit)))
	}
	all := strings.Join(units, "")
	checkOwnTerms(t, folder, strings.Repeat(all, 10_000/len(all)))
	checkOwnTerms(t, folder, strings.Repeat(all, 1_000_000/len(all)))
	var many strings.Builder
	for i := range 50_000 {
		fmt.Fprintf(&many, "%x ", i)
	}
	if got := len(folder.Terms(many.String())); got != 50_000-3_124 { // all but those that others begin with
		t.Errorf("%d terms", got)
	}
	nearly := strings.Repeat("一", 100_000)
	if folder.Terms(nearly + "二")[0].In(folder.Words(nearly + nearly)) {
		t.Error("found what is not there")
	}
}

func TestFolderIsShared(t *testing.T) {
	danish := locale.NewFolder("da")
	texts := []string{"Lænestol i eg 2+1", "aalborg", strings.Repeat("ø", 3000), "+"}
	var wait sync.WaitGroup
	for range 8 {
		wait.Go(func() {
			for range 20 {
				for _, text := range texts {
					if !slices.Equal(danish.Words(text), locale.NewFolder("da").Words(text)) {
						t.Errorf("the words of %.20q changed", text)
					}
				}
			}
		})
	}
	wait.Wait()
}

func BenchmarkWords(b *testing.B) {
	for _, test := range []struct {
		tag  locale.Tag
		text string
	}{
		{"da", "Lænestol i eg, Æblegård 42, olivengrøn 1"},
		{"en", "Lounge chair, oak, size 42, olive green"},
		{"zh", "滴滤咖啡机 X200 家用"},
	} {
		b.Run(string(test.tag), func(b *testing.B) {
			folder := locale.NewFolder(test.tag)
			b.ReportAllocs()
			for b.Loop() {
				folder.Words(test.text)
			}
		})
	}
}

func BenchmarkTerms(b *testing.B) {
	folder := locale.NewFolder("da")
	b.ReportAllocs()
	for b.Loop() {
		folder.Terms("lænest eg 2+1")
	}
}

func BenchmarkIn(b *testing.B) {
	folder := locale.NewFolder("da")
	words, terms := folder.Words("Lænestol i eg, Æblegård 42, olivengrøn 2+1"), folder.Terms("2+1")
	for b.Loop() {
		terms[0].In(words)
	}
}
