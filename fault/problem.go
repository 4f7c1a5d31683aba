package fault

import (
	"strconv"
	"strings"
)

// Code is the class of a problem in content that was handed in.
type Code string

// The codes of problems; they are the values of UserErrorCode in the API.
const (
	Invalid     Code = "INVALID"   // the value is not what this place takes
	NotFound    Code = "NOT_FOUND" // it refers to something that is not there
	Conflicting Code = "CONFLICT"  // another write came first, or another item holds what must be unique
	NotAllowed  Code = "FORBIDDEN" // the caller may not change this
	TooMany     Code = "TOO_MANY"  // more than one document or one call can hold
)

// Problem is one thing that is wrong with content that was handed in: where, what class, and what would be right.
type Problem struct {
	Path    []string `json:"path"` // from the outermost field inwards; list places are decimal numbers
	Code    Code     `json:"code"`
	Message string   `json:"message"`
}

// String gives the problem as one line: its place, then its message.
func (p Problem) String() string {
	if len(p.Path) == 0 {
		return p.Message
	}
	return strings.Join(p.Path, ".") + ": " + p.Message
}

// Problems are all that is wrong with one item. As an error it is never empty: use Err.
type Problems []Problem

// Error gives every problem, separated by semicolons.
func (ps Problems) Error() string {
	lines := make([]string, len(ps))
	for i, p := range ps {
		lines[i] = p.String()
	}
	return strings.Join(lines, "; ")
}

// Err gives the problems as an error, or nil where there are none.
func (ps Problems) Err() error {
	if len(ps) == 0 {
		return nil
	}
	return ps
}

// Place is a position inside an item; it builds the path of a problem. The zero Place is the item itself.
type Place []string

// Field is the place of a named field inside p.
func (p Place) Field(name string) Place { return append(p[:len(p):len(p)], name) }

// Index is the place of a list's element inside p.
func (p Place) Index(i int) Place { return p.Field(strconv.Itoa(i)) }

// Add records a problem at a place.
func (ps *Problems) Add(at Place, code Code, message string) {
	*ps = append(*ps, Problem{Path: at, Code: code, Message: message})
}

// Under gives the problems with their paths moved below a place.
func (ps Problems) Under(at Place) Problems {
	moved := make(Problems, len(ps))
	for i, p := range ps {
		p.Path = append(at[:len(at):len(at)], p.Path...)
		moved[i] = p
	}
	return moved
}
