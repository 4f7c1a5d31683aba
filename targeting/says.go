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

// Settled gives the dimensions that are settled by what sources say, one by one, whether anything is read of them or not.
func Settled() []Dimension {
	return []Dimension{
		DimensionChannel, DimensionAudience, DimensionLocale, DimensionMarket, DimensionDevice, DimensionMoment, DimensionMedium, DimensionPublication, DimensionFormat,
	}
}
