package content

import (
	"time"

	"unisono/fault"
)

// Broken is a document that is not as it should be, because another program wrote it or because what it refers to has gone.
type Broken struct {
	Kind   string // of document, see Kinds
	Key    string
	Reason string
	Seen   time.Time // when it was last met
}

// CheckDocument says what is wrong with a document of any kind.
func CheckDocument(document Document, definitions *Definitions) fault.Problems {
	problems := unknownParts(document)
	if checked, is := document.(interface {
		Check(definitions *Definitions) fault.Problems
	}); is {
		problems = append(problems, checked.Check(definitions)...)
	}
	return problems
}
