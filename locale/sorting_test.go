package locale_test

import (
	"bytes"
	"strings"
	"testing"

	"golang.org/x/text/collate"
	"pgregory.net/rapid"

	"unisono/locale"
)

func TestSorting(t *testing.T) {
	for _, test := range []struct{ tag, want locale.Tag }{
		{"da", "da"},
		{"da-DK", "da"},
		{"da-DK-x-foo", "da"},
		{"da-Latn-GL", "da"},
		{"en-XQ", "und"},
		{"en-YY", "und"}, // no such region: no tag
		{"en-AQ", "und"},
		{"en-US-u-kn-true", "und"},
		{"tlh-AQ", "und"},
		{"it", "und"},
		{"nb", "nn"},
		{"no-NO", "nn"},
		{"nn-NO", "nn"},
		{"und-NO", "nn"}, // where x/text infers nb
		{"zh", "zh"},
		{"zh-Hans-SG", "zh"},
		{"zh-TW", "zh-Hant"},
		{"zh-Hant-HK", "zh-Hant"},
		{"zh-HK-u-co-pinyin", "zh-Hant-u-co-pinyin"},
		{"sr", "und"},
		{"sr-ME", "und"},
		{"de-AT-u-co-phonebk", "de-u-co-phonebk"},
		{"de-AT-u-co-pinyin", "und"},
		{"de-x-acme-u-co-phonebk", "und"}, // all after x is private use
		{"und", "und"},
		{"", "und"},
		{"xx-yy-zz-1", "und"},
	} {
		if got := locale.Sorting(test.tag); got != test.want {
			t.Errorf("%s sorts as %s, want %s", test.tag, got, test.want)
		}
	}
}

// tricky are words that the orders of languages differ in.
var tricky = strings.Fields(`
	ab Äa ad aal ål øre öre ære œuf ß ss ü y w v i I ı İ ij lj ll llama nj ny ng ch c'h cs dž dz dzs gy ly sz ty zs š ś ş ș ç ć č
	ð đ þ ñ ň ł ľ ŀl ż ź ž õ ő ô ơ ư ă â ą ą́ é ę ė ě ẹ ɛ ɛ̃ ŋ ƙ ɓ ɗ hw kw kh gh gb ts sh ph th xh zh q qh x ʻ ʼ ĝ ĥ ŝ ŭ ũ ė̃ á aa
	ґ г й и і ї ё ъ ы ђ ѓ ќ є ү ө қ ӣ ա և ά و ه ی ئ ة ک ي ں ے आ क्ष ज्ञ ँ ः ह়্ ড় ঃ ਂ ગ ஔ ஃ க్ష ಂ ക്ഷ ൽ ංක ක เก แฟ ไทย ໄລ
	ကျ် က္က ក្ក ខ្ញុំ རྐ རྒྱ ཧྐ 가 각 伽 佳 ア あ ァ カー 亜 唖 啊 阿 一 丁 不 咖 啡 亍 1 ² ٣ -`)

func sortsAlike(t errorer, a, b locale.Tag) {
	first, second := locale.NewCollator(a), locale.NewCollator(b)
	for _, word := range tricky {
		if !bytes.Equal(first.Key(word), second.Key(word)) {
			t.Errorf("%s has other keys in %q than in %q", word, a, b)
		}
	}
}

func TestSortingNamesTheOrder(t *testing.T) {
	names, orders := map[locale.Tag]bool{"und": true}, map[string]bool{}
	tags := strings.Fields(`af am ar-EG az-Cyrl az-Latn az-Arab-IR be bg-BG bn-IN bs bs-Cyrl bs-Latn-BA ca-ES cmn cs-CZ cy-GB da-DK
		da-GL de-AT de-CH de-u-co-phonebk-kn-true dz el-CY en-AU en-GB en-US-u-va-posix es-419 es-ES-u-co-trad et-EE eu fa-AF fi-FI
		fil fr-CA fr-CH ga gl gsw gu he iw hi hr-HR hsb hu hy id in is it ja-JP kk-Latn ka kl km ko-KR kok lo lt lv mk mn mo ms mt
		my nb nb-NO nl nn nn-NO no no-NO nb-Latn pa-Arab pa-PK pl ps pt-BR ro-MD ru-UA se-NO sh si sk sl sq sr sr-Latn sr-RS sr-ME
		sr-Latn-RS ssy sv-FI sv-u-co-reformed sv-u-co-standard ta te th-TH tl tn tr-TR uk ur vi-VN yue zh-CN zh-HK zh-Hans zh-Hans-CN
		zh-Hant-TW zh-MO zh-SG zh-TW zh-u-co-stroke zh-TW-u-co-stroke zh-Hant-u-co-pinyin zu und-DK und-TR und-Hant x-acme`)
	for _, table := range collate.Supported() {
		names[locale.Tag(table.String())] = true
		tags = append(tags, table.String())
		var order bytes.Buffer
		for _, word := range tricky {
			order.Write(locale.NewCollator(locale.Tag(table.String())).Key(word))
		}
		orders[order.String()] = true
	}
	if len(orders) < 60 { // were they few, equal keys would show nothing
		t.Errorf("the words tell apart only %d of the orders", len(orders))
	}
	language := rapid.OneOf(
		rapid.Custom(func(t *rapid.T) string {
			return strings.SplitN(string(rapid.SampledFrom(tags).Draw(t, "like")), "-", 2)[0]
		}),
		rapid.StringMatching(`[a-z]{2,3}`))
	script := rapid.OneOf(
		rapid.SampledFrom([]string{"", "", "-Latn", "-Cyrl", "-Arab", "-Hans", "-Hant", "-Deva", "-Zzzz"}),
		rapid.StringMatching(`-[A-Z][a-z]{3}`))
	region := rapid.OneOf(
		rapid.SampledFrom([]string{"", "", "-DK", "-NO", "-TW", "-CN", "-ME", "-AF", "-US", "-CA", "-001"}),
		rapid.StringMatching(`-[A-Z]{2}`))
	kind := rapid.OneOf(
		rapid.SampledFrom([]string{
			"", "", "-u-co-phonebk", "-u-co-standard", "-u-co-trad", "-u-co-pinyin", "-u-co-stroke", "-u-co-phonetic",
			"-u-va-posix", "-u-kn-co-stroke", "-x-acme", "-u-co",
		}),
		rapid.StringMatching(`-u-co-[a-z]{3,8}`))
	check := func(t errorer, tag locale.Tag) {
		name := locale.Sorting(tag)
		if !names[name] {
			t.Errorf("%q sorts as %q, which is no table", tag, name)
		}
		if again := locale.Sorting(name); again != name {
			t.Errorf("%q sorts as %q, but that as %q", tag, name, again)
		}
		sortsAlike(t, tag, name)
	}
	for _, tag := range tags {
		check(t, locale.Tag(tag))
	}
	rapid.Check(t, func(t *rapid.T) {
		check(t, locale.Tag(language.Draw(t, "language")+script.Draw(t, "script")+region.Draw(t, "region")+kind.Draw(t, "kind")))
	})
}

func BenchmarkSorting(b *testing.B) {
	for _, tag := range []locale.Tag{"en", "da-DK", "zh-TW", "de-AT-u-co-phonebk"} {
		b.Run(string(tag), func(b *testing.B) {
			for b.Loop() {
				locale.Sorting(tag)
			}
		})
	}
}
