// Package locale decides which languages a reader is served, and in which order: it reads language tags, walks from a
// language to the more general ones, adds what a channel falls back to, negotiates Accept-Language, sorts and searches by
// a language's own alphabet, and writes numbers, dates, units and money as people there do.
//
// It never guesses: a tag that is not one is refused with words for the caller, a language that a channel does not list
// is kept as asked, and a fallback is always one that somebody configured or that CLDR calls an ancestor. It neither reads
// content nor translates it; whether a text is there in a language is for its callers to say. Everything here is a pure
// function of its arguments.
package locale

import (
	"errors"
	"slices"
	"strings"

	"golang.org/x/text/language"

	"unisono/fault"
)

// maxTag bounds a tag, as given and in its canonical form, in bytes. The longest tag without extensions that RFC 5646
// §4.4.1 expects in practice has 35.
const maxTag = 64

// Tag is a BCP 47 language tag in canonical form, such as da, da-DK or zh-Hant-TW; "" is none. Equal languages are equal
// strings, so a Tag is a map key. Parse, MustParse and UnmarshalText make canonical ones; what is converted from other text
// is compared as it stands and has no parent if it is no tag.
type Tag string

// Parse reads a language tag and gives its canonical form: letter case as usual (da-DK), '_' as '-', replaced codes by
// their successors (iw becomes he, en-UK en-GB), as golang.org/x/text/language.Parse does. Extensions and private use
// (de-u-co-phonebk, en-x-acme) are kept, in canonical form: they make a tag of their own whose parent is the tag without
// them.
//
// The error is a [fault.BadUserInput] that quotes the start of s and says what is right. Refused are malformed tags,
// subtags that are not registered (xx, da-YY), tags without a language (und, und-DK, x-acme, the empty string) and more
// than 64 bytes.
func Parse(s string) (Tag, error) {
	tag, refused := parse(s)
	if refused != nil {
		return "", refused
	}
	return tag, nil
}

const wanted = "a BCP 47 language tag is expected, such as da, da-DK or zh-Hant-TW"

func parse(s string) (Tag, *fault.Error) {
	if len(s) > maxTag {
		return "", fault.New(fault.BadUserInput, "%.40q... is too long for a locale: it has %d bytes, %d are allowed; %s",
			s, len(s), maxTag, wanted)
	}
	tag, err := language.Parse(s)
	if unknown := language.ValueError(nil); errors.As(err, &unknown) {
		return "", fault.Wrap(fault.BadUserInput, err,
			"%.64q is no locale that is known: the subtag %.8q is not registered; %s", s, unknown.Subtag(), wanted)
	}
	if err != nil {
		return "", fault.Wrap(fault.BadUserInput, err, "%.64q is no locale; %s", s, wanted)
	}
	if !hasLanguage(tag) {
		return "", fault.New(fault.BadUserInput, "%.64q names no language; %s", s, wanted)
	}
	canonical := tag.String()
	// x/text lets pass an extension that comes twice, against RFC 5646 §2.2.6, and orders its keys a bit more each time
	// it reads the tag: no canonical form.
	if again, err := language.Parse(canonical); err != nil || again.String() != canonical {
		return "", fault.New(fault.BadUserInput, "%.64q is no locale; %s", s, wanted)
	}
	if len(canonical) > maxTag { // some replaced codes have longer successors
		return "", fault.New(fault.BadUserInput, "%.64q is too long for a locale in its canonical form; %s", s, wanted)
	}
	return Tag(canonical), nil
}

func hasLanguage(tag language.Tag) bool {
	base, _, _ := tag.Raw()
	return base != language.Base{}
}

// MustParse is Parse for tags that the program itself spells. It panics where Parse gives an error.
func MustParse(s string) Tag {
	tag, err := Parse(s)
	if err != nil {
		panic(err)
	}
	return tag
}

// Parent is the next more general tag that t inherits from, by the parent locales of CLDR (UTS #35) and else by
// truncation: en-AU, en-001, en. A script is not dropped where the language is written in another one by default, so
// zh-Hant has no parent. False means that only the root is above t, or that t is no tag.
func (t Tag) Parent() (Tag, bool) {
	switch t {
	case "":
		return "", false
	case "nb", "nn":
		// x/text carries CLDR 32; Norwegian became the parent of its two written forms later.
		return "no", true
	}
	tag, err := language.Parse(string(t))
	if err != nil {
		return "", false
	}
	base, script, region := tag.Raw()
	parent, err := language.Raw.Compose(base, script, region)
	if err != nil {
		return "", false
	}
	// What x/text calls the parent of a tag with an extension can skip a step: zh from zh-Hans-x-acme, past zh-Hans.
	if parent.String() == tag.String() {
		parent = tag.Parent()
	}
	// It also skips the script that is the language's usual one: zh from zh-Hans-SG, past zh-Hans.
	if _, dropped, _ := parent.Raw(); script != (language.Script{}) && region != (language.Region{}) && dropped == (language.Script{}) {
		if parent, err = language.Raw.Compose(base, script); err != nil {
			return "", false
		}
	}
	// Chinese is read in one script or the other: zh-CN and zh-SG are read as zh-Hans, as zh-TW is read as zh-Hant.
	if base.String() == "zh" && script == (language.Script{}) && parent.String() == "zh" {
		return "zh-Hans", true
	}
	if !hasLanguage(parent) {
		return "", false
	}
	return Tag(parent.String()), true
}

// Ancestors gives t and then its parents, nearest first, up to but not including the root. Of "" there are none.
func Ancestors(t Tag) []Tag {
	if t == "" {
		return nil
	}
	line := []Tag{t}
	for parent, ok := t.Parent(); ok; parent, ok = parent.Parent() {
		line = append(line, parent)
	}
	return line
}

// Lookup gives t and what is left of it as subtags are cut off from the right, the longest first, by the lookup of
// RFC 4647 §3.4: a single-character subtag left at the end goes too. It knows no CLDR: zh-Hant is followed by zh, another
// script. For what a reader of t can read, see [Ancestors].
func Lookup(t Tag) []Tag {
	var ranges []Tag
	for rest := string(t); rest != ""; {
		ranges = append(ranges, Tag(rest))
		rest = cut(rest)
		for strings.LastIndexByte(rest, '-') == len(rest)-2 && rest != "" {
			rest = cut(rest)
		}
	}
	return ranges
}

// cut drops the last subtag.
func cut(tag string) string {
	return tag[:max(strings.LastIndexByte(tag, '-'), 0)]
}

// IsFallback says whether text in one language is a stand-in for a reader who asked for another: true unless served is
// the asked tag or one of its ancestors. What has no language ("" served) stands in for nothing, and neither does
// anything for who asked for none. The walk costs some microseconds; with many texts for one reader, keep
// [Ancestors] of asked and look there.
func IsFallback(served, asked Tag) bool {
	if served == "" || asked == "" || served == asked {
		return false
	}
	return !slices.Contains(Ancestors(asked), served)
}
