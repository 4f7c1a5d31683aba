package content

// AuditPage is a page of the record of who changed what. Package audit says how the pages hang together, and reads and writes the entries; of the
// document that only says which page is the newest, the head, Number is all.
type AuditPage struct {
	ID   string `bson:"_id" json:"-"`
	Meta `bson:",inline" json:"-"`

	Number  int      `bson:"number" json:"number"`                       // of the page, counted from 1 since the beginning
	Entries []string `bson:"entries,omitempty" json:"entries,omitempty"` // each in JSON, oldest first
}
