package ingest

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"unisono/content"
)

// keyFields are the fields of a document that make up its natural key.
func keyFields(kind content.Kind) []string {
	switch kind {
	case content.KindProduct:
		return []string{"sku"}
	case content.KindOption:
		return []string{"attribute", "key"}
	default:
		return []string{"key"}
	}
}

// naturalKey reads the key from a patch and looks no further than it must. What is no JSON object, or has no key, gives none: whoever
// reads the patch says what is wrong with it.
func naturalKey(kind content.Kind, patch []byte) string {
	fields := keyFields(kind)
	parts, found := make([]string, len(fields)), 0
	dec := jsontext.NewDecoder(bytes.NewReader(patch), jsontext.AllowDuplicateNames(true))
	if open, err := dec.ReadToken(); err != nil || open.Kind() != '{' {
		return ""
	}
	for found < len(fields) && dec.PeekKind() == '"' {
		name, err := dec.ReadToken()
		if err != nil {
			return ""
		}
		place := indexOf(fields, name.String())
		if place < 0 || dec.PeekKind() != '"' {
			if dec.SkipValue() != nil {
				return ""
			}
			continue
		}
		value, err := dec.ReadToken()
		if err != nil {
			return ""
		}
		parts[place] = value.String()
		found++
	}
	if found < len(fields) {
		return ""
	}
	return strings.Join(parts, "/") // as content.OptionID does; an attribute's key holds no slash
}

func indexOf(words []string, word string) int {
	for i, one := range words {
		if one == word {
			return i
		}
	}
	return -1
}

// seen remembers where each key stood first: 16 bytes of its digest, 8 for the place.
type seen struct {
	places map[[16]byte]uint64 // the file's number in the upper 16 bits, the line below
	files  []string
}

const lineBits = 48

func newSeen() *seen { return &seen{places: map[[16]byte]uint64{}} }

// before says whether an item with this key came before, and where; otherwise it remembers the item's place.
func (s *seen) before(item Item, key string) (first string, twice bool) {
	digest := sha256.Sum256([]byte(string(item.Kind) + "\x00" + key))
	short := [16]byte(digest[:16])
	if place, is := s.places[short]; is {
		return fmt.Sprintf("%s:%d", s.files[place>>lineBits], place&(1<<lineBits-1)), true
	}
	s.places[short] = uint64(s.file(item.File))<<lineBits | uint64(item.Line)
	return "", false
}

// file gives the number of a file. A source has few, and mostly asks for the last one again.
func (s *seen) file(name string) int {
	for i := len(s.files) - 1; i >= 0; i-- {
		if s.files[i] == name {
			return i
		}
	}
	s.files = append(s.files, name)
	return len(s.files) - 1
}
