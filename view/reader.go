package view

import (
	"encoding/json"
	"sync"

	"unisono/content"
	"unisono/fault"
	"unisono/targeting"
)

// Reader is somebody for whom views are made: their context, and the definitions and the catalogue as they were at one moment. A request has
// one for each context that it asks in, and all of them share that moment.
type Reader struct {
	*targeting.Context
	Definitions *content.Definitions
	Catalog     Catalog
	Asking      *Asking // nil: they may see what everybody sees

	// CatalogOf gives the catalogue as readers in another context of the same request ask it; nil: they ask as this one does.
	CatalogOf func(override string) Catalog

	// Report is told of content that could not be shown as it is written: which document, and why. It may be nil.
	Report func(kind content.Kind, key, reason string)

	override string   // what sets this context apart from the operation's, as targeting.Ask.Canonical writes it; "" for the operation's own
	others   *readers // those of the same request; nil where there can be no others
}

// there gives those of some keys whose documents are there for the reader.
func (r *Reader) there(keys []string, is func(key string, reader *targeting.Context) bool) []string {
	there := make([]string, 0, len(keys))
	for _, key := range keys {
		if is(key, r.Context) {
			there = append(there, key)
		}
	}
	return there
}

// readers are all of one request, by their overrides.
type readers struct {
	settle func(override *targeting.Ask) (*targeting.Context, error)

	mu   sync.Mutex
	made map[string]*Reader
}

// maxReaders bounds the contexts in which one request asks.
const maxReaders = 100

// NewReader gives the reader of an operation, whose context settle gives for an empty Ask. For one that says something settle gives the context
// in which that replaces what the operation said.
func NewReader(reader Reader, settle func(override *targeting.Ask) (*targeting.Context, error)) (*Reader, error) {
	var err error
	if reader.Context, err = settle(&targeting.Ask{}); err != nil {
		return nil, err
	}
	reader.others = &readers{settle: settle, made: map[string]*Reader{}}
	return &reader, nil
}

// In gives the reader who sees the same in another context: the dimensions that are named, as in a ContextInput, replace this reader's own. It is the same reader for
// all who name the same. The fault is of kind BadUserInput, or LimitExceeded where a request asks in too many contexts.
func (r *Reader) In(given map[string]any) (*Reader, error) {
	ask := &targeting.Ask{Place: func(argument string) string { return "context." + argument }}
	if r.override != "" {
		before := map[string]any{}
		if err := json.Unmarshal([]byte(r.override), &before); err != nil {
			return nil, fault.Wrap(fault.Internal, err, "the context cannot be read")
		}
		if err := ask.Read(before); err != nil {
			return nil, err
		}
	}
	if err := ask.Read(given); err != nil {
		return nil, err
	}
	if ask.Preview != nil {
		return nil, fault.New(fault.BadUserInput, "context.preview: only the whole operation can be a preview")
	}
	return r.as(ask)
}

func (r *Reader) as(ask *targeting.Ask) (*Reader, error) {
	override, err := ask.Canonical()
	if err != nil || override == r.override {
		return r, err
	}
	r.others.mu.Lock()
	defer r.others.mu.Unlock()
	if known := r.others.made[override]; known != nil {
		return known, nil
	}
	if len(r.others.made) >= maxReaders {
		return nil, fault.New(fault.LimitExceeded, "the operation asks in more than %d contexts", maxReaders)
	}
	other := *r
	if other.Context, err = r.others.settle(ask); err != nil {
		return nil, err
	}
	other.override = override
	if r.CatalogOf != nil {
		other.Catalog = r.CatalogOf(override)
	}
	r.others.made[override] = &other
	return &other, nil
}

// Named gives the reader of the same request who is called so: by what sets their context apart from the operation's own, which is called "". The faults are those of In.
func (r *Reader) Named(override string) (*Reader, error) {
	if override == r.override {
		return r, nil
	}
	ask, given := &targeting.Ask{Place: func(argument string) string { return "context." + argument }}, map[string]any{}
	if override != "" {
		if err := json.Unmarshal([]byte(override), &given); err != nil {
			return nil, fault.Wrap(fault.Internal, err, "the context cannot be read")
		}
	}
	if err := ask.Read(given); err != nil {
		return nil, err
	}
	return r.as(ask)
}

// After gives the reader as they are at a later state of the catalogue, as after a write.
func (r *Reader) After(definitions *content.Definitions, catalog Catalog) *Reader {
	later := *r
	later.Definitions, later.Catalog, later.CatalogOf = definitions, catalog, nil
	if r.others != nil {
		later.others = &readers{settle: r.others.settle, made: map[string]*Reader{}}
	}
	return &later
}
