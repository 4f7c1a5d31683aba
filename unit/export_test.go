package unit

import (
	"maps"
	"slices"
)

// Codes are those of the units with a name, in order.
var Codes = slices.Sorted(maps.Keys(atoms()))

// Usual are the symbols that are no codes, with what they mean.
var Usual = usual
