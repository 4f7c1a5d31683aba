package locale

import (
	"bytes"
	"sync"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"
)

// Collator sorts text as readers of a language expect it: å comes after z in Danish and with a in English. Any number
// of goroutines may use one.
type Collator struct {
	sorters sync.Pool // of *sorter: the collator of x/text has scratch space and serves one goroutine at a time
}

type sorter struct {
	collator *collate.Collator
	buffer   collate.Buffer
}

// NewCollator makes a Collator for a language, by the Unicode collation algorithm (UTS #10) with CLDR's tailorings, as
// golang.org/x/text/collate carries them. A language without one, or a tag that is none, sorts in the root order. Of
// extensions only a kind of collation (de-u-co-phonebk) counts: the others (-u-ks-, -u-kn-) would make many orders out of
// one language.
func NewCollator(t Tag) *Collator {
	tag := collation(t)
	return &Collator{sorters: sync.Pool{New: func() any {
		return &sorter{collator: collate.New(tag)}
	}}}
}

// maxKept is the length in bytes of the longest text whose scratch space is kept for the next one.
const maxKept = 4096

// Key gives bytes that compare (bytes.Compare) as s sorts. Texts that differ may have equal keys, such as two spellings
// of one character; what orders those is for the caller to say. The key is the caller's. It makes sense only beside
// keys of the same language and the same build of the program, so it is not for storing.
func (c *Collator) Key(s string) []byte {
	with, _ := c.sorters.Get().(*sorter)
	key := bytes.Clone(with.collator.KeyFromString(&with.buffer, s))
	with.buffer.Reset()
	if len(s) <= maxKept {
		c.sorters.Put(with)
	}
	return key
}

// collation gives the tag by which x/text finds the tailoring of t.
func collation(t Tag) language.Tag {
	tag, err := language.Parse(string(t))
	if err != nil {
		return language.Und
	}
	base, script, region := tag.Raw()
	if name := base.String(); name == "nb" || name == "no" {
		// x/text takes nb for no and has no table for that: å would sort with a. Its table for nn is the Norwegian one.
		base = language.MustParseBase("nn")
	}
	plain, err := language.Raw.Compose(base, script, region)
	if err != nil {
		return language.Und
	}
	if kind := tag.TypeForKey("co"); kind != "" {
		if with, err := plain.SetTypeForKey("co", kind); err == nil {
			return with
		}
	}
	return plain
}
