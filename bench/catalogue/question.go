package catalogue

import "encoding/json"

// Context says for whom a question is answered, as extensions.context does.
type Context struct {
	Channel  string `json:"channel"`
	Audience string `json:"audience"`
	Locale   string `json:"locale"`
	Market   string `json:"market,omitempty"`
	Device   string `json:"device,omitempty"`
	Moment   string `json:"moment,omitempty"`
}

var (
	channels  = []string{"site", "app", "market", "kiosk"}
	audiences = []string{"consumer", "expert"}
	markets   = []string{"DE", "DK", "SE", "IT", "GB"}
	devices   = []string{"DESKTOP", "TABLET", "PHONE", "KIOSK", "TV"}
)

// Contexts is how many contexts there are that differ.
const Contexts = 1000

// MakeContext makes one of the contexts from its number.
func MakeContext(number int) Context {
	pick := func(from []string) string {
		picked := from[number%len(from)]
		number /= len(from)
		return picked
	}
	return Context{Locale: pick(Locales), Channel: pick(channels), Audience: pick(audiences), Market: pick(markets), Device: pick(devices), Moment: "BUY"}
}

// Plain is a context in which nothing but the language decides, as the baseline has it.
func Plain() Context { return Context{Channel: "site", Audience: "consumer", Locale: "de"} }

// ListingCategory is the category of the listing, which has twenty of a thousand products.
const ListingCategory = 7

// Listed is how many products the listing shows, of a catalogue with so many.
func Listed(products int) int { return min(20, (products+Categories-1-ListingCategory)/Categories) }

// ListingAttributes are the attributes that a listing shows.
var ListingAttributes = []string{"material", "colour", "weight", "origin", "batch"}

// Listing asks for twenty products, each with five attributes, two media and two fragments.
const Listing = `query Listing($category: ID!) {
  products(first: 20, filter: {categories: [$category]}, order: NAME) {
    nodes {
      sku
      name
      attributes(keys: ["material", "colour", "weight", "origin", "batch"]) { key label text }
      media(first: 2) { role url mimeType alt }
      fragments(slots: ["intro", "care"]) { key slot title body locale }
    }
  }
}`

// Detail asks for one product with all its fragments.
const Detail = `query Detail($sku: ID!) {
  product(sku: $sku) {
    sku
    name
    description
    categories { key name }
    attributes { key label text locale }
    media { role url mimeType alt }
    fragments { key slot kind title body locale isFallback callToAction { label url } }
  }
}`

// Change writes one value of a product.
const Change = `mutation Change($sku: ID!, $batch: JSON!) {
  upsertProducts(products: [{sku: $sku, setAttributes: [{key: "batch", value: $batch}]}]) { written userErrors { code message } }
}`

// ListingIn is the body of a request for the listing.
func ListingIn(context Context) []byte {
	return body(Listing, map[string]any{"category": Category(ListingCategory)}, context)
}

// DetailIn is the body of a request for one product.
func DetailIn(number int, context Context) []byte {
	return body(Detail, map[string]any{"sku": SKU(number)}, context)
}

// ChangeOf is the body of a request that changes a product.
func ChangeOf(number, batch int) []byte {
	return body(Change, map[string]any{"sku": SKU(number), "batch": Batch(batch)}, Plain())
}

func body(query string, variables map[string]any, context Context) []byte {
	encoded, err := json.Marshal(map[string]any{"query": query, "variables": variables, "extensions": map[string]any{"context": context}})
	if err != nil {
		panic(err) // strings and maps of strings are always written
	}
	return encoded
}
