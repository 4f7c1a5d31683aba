package locale

import (
	"slices"
	"sync"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"
)

// rootOrder is what Sorting calls the order of languages without one of their own.
const rootOrder Tag = "und"

// likeRoot are languages for which x/text has a table that says what the root's does; it does not tell, so they are listed here.
var likeRoot = []string{"bg", "bs", "bs-Cyrl", "de", "el", "en", "en-US", "fa-AF", "fr", "fr-CA", "mk", "ru", "sr", "sr-Latn"}

// sortings are the names of the orders, by the tags of x/text's tables.
var sortings = sync.OnceValue(func() map[language.Tag]Tag {
	names := make(map[language.Tag]Tag)
	for _, table := range collate.Supported() {
		names[table] = Tag(collation(Tag(table.String())).String()) // nb is nn
		if slices.Contains(likeRoot, table.String()) {
			names[table] = rootOrder
		}
	}
	return names
})

// Sorting names the order that NewCollator(t) sorts by, so that what is sorted once can be kept for all who read it alike:
// tags with the same Sorting sort alike, and NewCollator(Sorting(t)) gives the keys that NewCollator(t) gives. The name is
// the tag of one of the tables of golang.org/x/text/collate, of which there are some 90, whatever tags are invented: da of
// da-DK-x-acme, nn of nb, zh-Hant of zh-TW, und (the root order) of tlh, and of en and de, which sort as the root does.
func Sorting(t Tag) Tag {
	// This is how collate.New finds a table; see MatchLang in x/text's internal/colltab.
	tag, err := language.All.Canonicalize(collation(t))
	if err != nil {
		return rootOrder
	}
	base, confidence := tag.Base()
	if confidence < language.High {
		return rootOrder
	}
	_, script, region := tag.Raw()
	plain, err := language.Raw.Compose(base, script, region)
	if err == nil && region != (language.Region{}) {
		// The parent has a script where the region's is another one than the language's: Hant of zh-TW.
		plain, err = language.Raw.Compose(plain.Parent(), region)
	}
	if err != nil {
		return rootOrder
	}
	if kind := tag.TypeForKey("co"); kind != "" {
		if special, err := plain.SetTypeForKey("co", kind); err == nil {
			if name, ok := sortingOf(special, base); ok {
				return name
			}
		}
	}
	if name, ok := sortingOf(plain, base); ok {
		return name
	}
	return rootOrder
}

// sortingOf finds the order of a tag, else of the tag without its region, and without its script: other than among the
// parents of [Tag.Parent], zh is above zh-Hant.
func sortingOf(tag language.Tag, base language.Base) (Tag, bool) {
	for {
		found, script, region := tag.Raw()
		if found != base {
			return "", false
		}
		if name, ok := sortings()[tag]; ok {
			return name, true
		}
		extensions := tag.Extensions()
		var err error
		switch {
		case region != (language.Region{}):
			tag, err = language.Raw.Compose(base, script, extensions)
		case script != (language.Script{}):
			tag, err = language.Raw.Compose(base, extensions)
		default:
			return "", false
		}
		if err != nil {
			return "", false
		}
	}
}
