package main

// A benchCase is a question that is answered: what is asked, and with what its speed is compared. The names are those of units of the run.
type benchCase struct {
	name, against string
	what          string
}

// cases are all that is measured.
var cases = []benchCase{
	{"hot-listing", "bare-listing", "20 products with 5 attributes, 2 media and 2 fragments each, always the same"},
	{"hot-detail", "bare-detail", "one product with all its attributes, media and 8 fragments, always the same"},
	{"mix-1000", "bare-mix", "that of 1,000 products, each in a context of its own, in random order; all fit into memory"},
	{"mix-overflow", "bare-mix", "the same with a cache for a quarter of what it needs"},
	{"listing-documents", "baseline", "the listing, made from documents each time"},
	{"writes-50", "mix-1000", "the mix while 50 products are changed each second"},
	{"catalog-100k", "hot-listing", "the listing with 100,000 products loaded"},
}

// turns is the order in which units are measured in a round: what is compared is measured close to each other, for the machine may be slower a minute later.
var turns = []string{
	"bare-listing", "hot-listing", "catalog-100k", "listing-documents", "baseline",
	"bare-detail", "hot-detail", "mix-overflow", "bare-mix", "mix-1000", "writes-50",
}

// bypass is the header by which a gateway makes an answer from documents, though it has kept it.
const bypass = "Cache-Control: no-cache"

// writesPerSecond is how many products the case with writes changes.
const writesPerSecond = 50

// connections are how many readers ask at once, each by a connection that is kept.
const connections = 16

// partOfTop is the rate of the last measurement, as a part of what the gateway can do.
const partOfTop = 0.7
