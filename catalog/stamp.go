package catalog

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
)

// A stamp is the number of the last change that touched some lists. Numbers only rise, in one index.
//
// A change of a product touches the lists of its family, of each of its categories and of all that stand above those, as it was and as it is; and so for all that inherits from
// it, and for the models above it, whose level it can change. A change of a definition touches every list.

// touch says that lists which hold a product are touched.
func (s *Snapshot) touch(r *record) {
	s.stamped(r)
	for up, steps := r.parent, 0; up != "" && steps < 4; steps++ {
		above := s.lookUp(up)
		if above == nil {
			return
		}
		s.stamped(above)
		up = above.parent
	}
}

func (s *Snapshot) stamped(r *record) {
	s.touched = s.number
	if r.family != "" {
		s.familyStamps.Set(r.family, s.number)
	}
	for _, key := range r.categories {
		s.categoryStamps.Set(key, s.number)
		for _, above := range s.definitions.Path(key) {
			s.categoryStamps.Set(above.Key, s.number)
		}
	}
}

// Stamp is the number of the last change that can have touched a list: by its categories, its families or, where it names neither, by any product. A list that was
// made at this stamp or later is as it was then, until a window opens or closes.
func (s *Snapshot) Stamp(query *ProductQuery) uint64 {
	narrowest := s.touched
	for _, named := range []struct {
		keys []string
		get  func(string) (uint64, bool)
	}{{query.Categories, s.categoryStamps.Get}, {query.Families, s.familyStamps.Get}} {
		if named.keys == nil {
			continue
		}
		last := uint64(0)
		for _, key := range named.keys {
			stamp, _ := named.get(key)
			last = max(last, stamp)
		}
		narrowest = min(narrowest, last)
	}
	return max(narrowest, s.defined)
}

// FragmentStamp is the number of the last change that can have touched a list of fragments.
func (s *Snapshot) FragmentStamp() uint64 { return max(s.fragmentsTouched, s.defined) }

// Number is the number of the last change that the snapshot shows.
func (s *Snapshot) Number() uint64 { return s.number }

// Digest is the same for pages that say the same. A list whose stamp has risen is asked again, and has not changed where its digest is what it was.
func (p *Page) Digest() string {
	said := appendStrings(appendStrings(make([]byte, 0, 64*len(p.Keys)+16), p.Keys), p.Cursors)
	said = append(binary.AppendVarint(said, int64(p.Total)), byte(one(p.Next)), byte(one(p.Previous)))
	digest := sha256.Sum256(said)
	return base64.RawURLEncoding.EncodeToString(digest[:18])
}

// Digest is the same for facets that say the same.
func (f *Facet) Digest() string {
	said := []any{f.Key, f.Total}
	for _, one := range f.Values {
		said = append(said, one.Value, one.Count)
	}
	digest := sha256.Sum256(fmt.Appendf(nil, "%#v", said))
	return base64.RawURLEncoding.EncodeToString(digest[:18])
}
