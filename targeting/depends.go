package targeting

// Says says that a source says something of a dimension.
func (a *Ask) Says(dimension Dimension) bool {
	switch dimension {
	case DimensionChannel:
		return a.Channel != ""
	case DimensionAudience:
		return a.Audience != ""
	case DimensionLocale:
		return a.Locale != ""
	case DimensionMarket:
		return a.Market != ""
	case DimensionDevice:
		return a.Device != ""
	case DimensionMoment:
		return a.Moment != ""
	case DimensionMedium:
		return a.Medium != ""
	case DimensionPublication:
		return a.Publication != ""
	case DimensionFormat:
		return a.Format != ""
	case DimensionSegment:
		return a.Traits != nil
	case DimensionTime:
		return a.At != nil
	default: // rules, which ask for the others
		return false
	}
}

// settled are the dimensions that are settled by what sources say, one by one.
var settled = []Dimension{
	DimensionChannel, DimensionAudience, DimensionLocale, DimensionMarket, DimensionDevice, DimensionMoment, DimensionMedium, DimensionPublication, DimensionFormat,
}

// Depends gives the dimensions that what was read comes of: had a source said something else of one of them, something else might have been read. Rules may ask for any; which languages are tried
// depends on the market and on the channel. The moment itself is not among them.
func (r *Record) Depends() []Dimension {
	parts := part(r.parts.Load())
	if parts&(readFacts|readOrigins) != 0 || r.Rules() > 0 {
		return append([]Dimension{DimensionSegment}, settled...)
	}
	depends := []Dimension{}
	for _, one := range r.Consulted() {
		if one != DimensionTime {
			depends = append(depends, one)
		}
	}
	if parts&readChain != 0 {
		depends = append(depends, DimensionMarket, DimensionChannel)
	}
	return depends
}
