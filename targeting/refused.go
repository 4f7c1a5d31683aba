package targeting

import "fmt"

// Refused gives, for the log, what a request asks to be that is there but not for this caller: a channel, an audience or a market. It is "" where there
// is nothing of the kind. The caller is never told; see Resolve.
func (r *Resolver) Refused(asked *Asked, grants Grants) string {
	for _, ask := range []*Ask{&asked.Override, &asked.Directive, &asked.Extension, &asked.Header} {
		if channel := r.definitions.Channels[ask.Channel]; channel != nil && !grants.Channel(channel) {
			return fmt.Sprintf("the channel %q", ask.Channel)
		}
		if audience := r.definitions.Audiences[ask.Audience]; audience != nil && !grants.Audience(audience) {
			return fmt.Sprintf("the audience %q", ask.Audience)
		}
		if ask.Market != "" && !grants.Market(ask.Market) {
			return fmt.Sprintf("the market %.40q", ask.Market)
		}
	}
	return ""
}
