package server

import (
	"unisono/access"
	"unisono/cache"
	"unisono/catalog"
	"unisono/targeting"
)

// check is the question whether an answer that is kept would be the same if it were made now, of a snapshot and for somebody.
type check struct {
	server   *Server
	snapshot *catalog.Snapshot
	as       func(override string) (*targeting.Context, error) // gives the contexts of who asks

	of map[string]*targeting.Record // what was read to find out; nil: nothing had to be
}

// stands says that the answer would be the same.
func (c *check) stands(a *answer) bool {
	if !c.server.config.Cache.Stands(a.basis) {
		return false
	}
	contexts := map[string]*targeting.Context{}
	stands, asked := a.trace.Stands(c.snapshot, func(override string) (*targeting.Context, error) {
		if contexts[override] != nil {
			return contexts[override], nil
		}
		is, err := c.as(override)
		if err != nil {
			return nil, err
		}
		if c.of == nil {
			c.of = map[string]*targeting.Record{}
		}
		c.of[override] = &targeting.Record{}
		contexts[override] = is.Recorded(c.of[override])
		return contexts[override], nil
	})
	if asked && c.of == nil {
		c.of = map[string]*targeting.Record{} // what was asked depends on nobody
	}
	return stands
}

// find gives an answer that is kept and stands; nil where there is none.
func (s *Server) find(m *making, by *asker, left *left, client *access.Client) *served {
	if s.answers == nil || m.question == "" || m.isOnce || m.isAnew {
		return nil
	}
	c, found := &check{server: s, snapshot: by.snapshot, as: by.context}, cache.Found[*reads, *answer]{}
	key, is := s.answers.Key(m.question, by)
	if is {
		found, is = s.answers.At(key, cache.Moment{At: m.now}, c.stands)
	}
	if !is {
		s.answers.Missed()
		return nil
	}
	if c.of != nil {
		return s.renewed(&found, c, by, m, left, client)
	}
	return &served{found.Value, key, s.noticeOf(left, client, found.Value.byCaller), found.Until}
}

// renewed keeps an answer anew that stands, though what it asked of the catalogue had to be asked again: it depends on what was read to find that out, too.
func (s *Server) renewed(found *cache.Found[*reads, *answer], c *check, by *asker, m *making, left *left, client *access.Client) *served {
	next := *found.Value
	next.trace = next.trace.Again(c.snapshot)
	all := found.Read.With(&reads{of: c.of})
	s.answers.Keep(m.question, by, cache.Moment{At: m.now}, &next, all)
	out := &served{answer: &next, until: all.Until()}
	if all.IsShareable() {
		out.notice = s.noticeOf(left, client, next.byCaller)
	}
	out.key, _ = s.answers.Key(m.question, by)
	return out
}
