package targeting

import (
	"unisono/rule"
)

// Facts are what rules can be asked about the reader.
func (s *Situation) Facts() *rule.Facts {
	return rule.NewFacts(map[string]string{
		"channel": s.Channel.Key, "audience": s.Audience.Key, "locale": string(s.Locale), "market": s.Market,
		"device": string(s.Device), "moment": string(s.Moment), "medium": string(s.Medium),
		"publication": string(s.Publication), "format": string(s.Format),
	}, s.Segments, s.Traits)
}
