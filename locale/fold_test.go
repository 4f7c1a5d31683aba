package locale_test

import (
	"slices"
	"strings"
	"testing"

	"unisono/locale"
)

// TestFold says which spellings are one to whom.
func TestFold(t *testing.T) {
	for _, test := range []struct {
		tag         locale.Tag
		one, others string // words that are one, and words that are none of them
	}{
		{"en", "aero Aero AERO aéro åero äero ａｅｒｏ", "aaero eaero"},
		{"en", "ol øl öl ól Öl o\u0308l", "oel"},
		{"en", "aeble æble Æble", "able eble"},
		{"en", "i I İ í", "ı"}, // the root order has ı after i
		{"en", "office oﬃce OFFICE", "ofice"},
		{"en", "2 ２ ² ② ٢ २", "3"},
		{"en", "soft so\u00adft so\u200dft so\ufeffft so\ufe0fft", "so"},
		{"de", "strasse straße STRASSE STRAẞE", "strase"},
		{"de-AT", "gruen", "grün"},
		{"de", "grun grün GRÜN gru\u0308n", "gruen"},
		{"de-u-co-phonebk", "gruen grün", "grun"},
		{"da", "ål Ål ÅL aal Aal AAL aAl a\u030al", "al"},
		{"da", "æble ÆBLE äble", "able aeble"},
		{"da", "øl ØL öl", "ol oel"},
		{"da", "müsli mysli", "musli"},
		{"nb", "ål aal", "al"},
		{"no-NO", "øl ØL", "ol"},
		{"sv", "öl ÖL øl", "ol"},
		{"sv", "ål ÅL", "al aal äl"},
		{"sv", "idé ide", "id"},
		{"fi", "ääni ÄÄNI", "aani"},
		{"tr", "ılık ILIK Ilık", "ilik İlik"},
		{"tr", "iyi İYİ İyi I\u0307yi", "ıyı IYI"},
		{"tr", "îman ÎMAN Îman iman", "ıman"},
		{"az-Latn", "ı I", "i İ"},
		{"es", "ñu ÑU", "nu"},
		{"fr", "cœur coeur CŒUR", "cour"},
		{"hr", "ǆep džep DŽEP dŽep", "đep dep"},
		{"cs", "chléb CHLÉB cHLEB", "cléb hleb"},
		{"ru", "ёлка елка ЁЛКА", "алка"},
		{"el", "σος σοσ ΣΌΣ", "σας"},
		{"ka", "კავა ᲙᲐᲕᲐ", "ვავა"}, // a case of 2018
		{"ja", "が ガ ｶﾞ か カ", "き"},
		{"ja", "ッ ツ ｯ", "テ"},
		{"ko", "각 각 각", "간"},
		{"ar", "أحمد أَحمد أحـمد", "حمد احمد"}, // vowel signs and the filler; but a hamza makes a letter of its own
		{"en", "+ ＋", "- ++ ⁺"},
		{"en", "´", "' ¨ ` \u0301"},
		{"en", "™", "tm ®"},
		{"en", "Ω Ω", "Ʊ"}, // ohm and omega
		{"en", "≠ =\u0338", "="},
		{"en", "\u0301", "\u0308 a ´"}, // an accent alone
		{"en", "\xff", "\xfe \ufffd"},
	} {
		folder := locale.NewFolder(test.tag)
		one := strings.Fields(test.one)
		want := folder.Words(one[0])
		for _, word := range one[1:] {
			if got := folder.Words(word); !slices.Equal(got, want) {
				t.Errorf("%s: %+q is not %+q", test.tag, word, one[0])
			}
		}
		for _, word := range strings.Fields(test.others) {
			if got := folder.Words(word); slices.Equal(got, want) {
				t.Errorf("%s: %+q is %+q", test.tag, word, one[0])
			}
		}
	}
}

func TestWords(t *testing.T) {
	folder := locale.NewFolder("en")
	for _, test := range []struct{ text, want string }{ // | stands before what is joined
		{"", ""},
		{" \t\n\u00a0\u3000\u2028", ""},
		{"\u200b\u00ad\ufeff", ""},
		{"Lounge  chair", "Lounge chair"},
		{"2+1", "2|+|1"},
		{"c++", "c|+|+"},
		{`a\b`, `a|\|b`},
		{"(a+)+$", "(|a|+|)|+|$"},
		{".* x", ".|* x"},
		{"M20 x 1,5", "M20 x 1|,|5"},
		{"Kaffee-Maschine", "Kaffee|-|Maschine"},
		{"a\x00b\xffc", "a|\x00|b|\xff|c"},
		{"滴滤 咖啡机", "滴|滤 咖|啡|机"},
		{"AB咖啡2号", "AB|咖|啡|2|号"},
		{"コーヒーメーカー", "コ|ー|ヒ|ー|メ|ー|カ|ー"},
		{"か\u3099く", "が|く"},
		{"時々", "時|々"},
		{"กาแฟร้อน", "กา|แฟ|ร้|อ|น"},
		{"น้ำ๒", "น้ำ|๒"},
		{"แ", "แ"},
		{"ກາເຟ", "ກາ|ເຟ"},
		{"ខ្ញុំ", "ខ្ញុំ"},
		{"မြန်မာ", "မြ|န်|မာ"},
		{"커피 메이커", "커피 메이커"},
		{"कॉफ़ी मशीन", "कॉफ़ी मशीन"},
		{"℃ ½", "℃ 1|⁄|2"},
		{"´n´ ¨ 5´", "´|n|´ ¨ 5|´"},
		{"+\u0308 +\u0308a", "+|\u0308 +|a"},
		{"a\u200d\u0308\u00ad b", "ä b"},
	} {
		var want []locale.Word
		for _, part := range strings.Fields(test.want) {
			for i, word := range strings.Split(part, "|") {
				one := folder.Words(word)
				if len(one) != 1 {
					t.Fatalf("%q is %d words", word, len(one))
				}
				want = append(want, locale.Word{Text: one[0].Text, Joined: i > 0})
			}
		}
		if got := folder.Words(test.text); !slices.Equal(got, want) {
			t.Errorf("the words of %q are %+v, want %+v", test.text, got, want)
		}
	}
}
