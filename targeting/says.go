package targeting

import "strings"

// Settled gives the dimensions that are settled by what sources say, one by one, whether anything is read of them or not: those that an Ask has words for.
func Settled() []Dimension {
	return []Dimension{
		DimensionChannel, DimensionAudience, DimensionLocale, DimensionMarket, DimensionDevice, DimensionMoment, DimensionMedium, DimensionPublication, DimensionFormat,
	}
}

// Says gives those of them that a source says something of.
func (a *Ask) Says() []Dimension {
	said := []Dimension{}
	for argument, text := range a.texts() {
		if *text != "" {
			said = append(said, Dimension(strings.ToUpper(argument)))
		}
	}
	return said
}
