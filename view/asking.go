package view

import "sync/atomic"

// Asking is who asks, as far as views depend on that beside the context. It notes whether anything was made by it, so that it is known which answers are the same for whoever asks in one context. It is
// safe for concurrent use; nil is a caller who may see nothing but what everybody sees.
type Asking struct {
	details    bool
	candidates bool
	consulted  atomic.Bool
}

// NewAsking makes an Asking of one who may see what is for editors, revision and time of the last write, and the variants that are for others, and why.
func NewAsking(details, candidates bool) *Asking {
	return &Asking{details: details, candidates: candidates}
}

// Consult notes that something was made by who asks.
func (c *Asking) Consult() {
	if c != nil {
		c.consulted.Store(true)
	}
}

// IsConsulted says that something was.
func (c *Asking) IsConsulted() bool { return c != nil && c.consulted.Load() }

// SeesDetails says that what is for editors is for the caller: revision and time of the last write.
func (c *Asking) SeesDetails() bool {
	c.Consult()
	return c != nil && c.details
}

// SeesCandidates says that the caller may see the variants that are for others, and why.
func (c *Asking) SeesCandidates() bool {
	c.Consult()
	return c != nil && c.candidates
}
