package content

import (
	"bytes"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"unisono/fault"
)

// Patch is a change to one document: the fields that it names get its values, all others stay as they are. A field that
// is named with null is cleared; a list or an object that is given replaces the old one whole.
type Patch[T any] struct {
	given            T
	fields           []int // the indexes of the fields of T that the patch names
	ExpectedRevision *int  // the revision that the document must have, where the writer named one
}

// Given gives the patch applied to nothing: a document with the fields that the patch names.
func (p *Patch[T]) Given() *T { return &p.given }

// Apply gives a new document: current with the patch's fields in place of its own. A nil current counts as an empty document.
// Neither current nor what it holds is changed.
func (p *Patch[T]) Apply(current *T) *T {
	var next T
	if current != nil {
		next = *current
	}
	from, to := reflect.ValueOf(&p.given).Elem(), reflect.ValueOf(&next).Elem()
	for _, field := range p.fields {
		to.Field(field).Set(from.Field(field))
	}
	return &next
}

// ReplaceAll makes the patch that turns any document into doc, whatever it was before.
func ReplaceAll[T any](doc *T) *Patch[T] {
	patch := &Patch[T]{given: *doc}
	for _, index := range patchFields(reflect.TypeFor[T]()) {
		patch.fields = append(patch.fields, index)
	}
	return patch
}

// ReadPatch reads a change to a document of type T from a JSON object. "kind" is passed over, "expectedRevision" is taken as such, and
// every other name must be a field of the document. The error, if any, is [fault.Problems] with the place of each problem.
func ReadPatch[T any](raw []byte) (*Patch[T], error) {
	patch := &Patch[T]{}
	problems := fault.Problems{}
	fields := patchFields(reflect.TypeFor[T]())
	err := eachMember(raw, func(name string, value jsontext.Value) {
		at := fault.Place{name}
		switch index, known := fields[name]; {
		case name == "kind":
		case name == "expectedRevision":
			problems = append(problems, decode(value, &patch.ExpectedRevision).Under(at)...)
		case !known:
			problems.Add(at, fault.Invalid, "there is no such field; there are "+strings.Join(fieldNames[T](), ", "))
		default:
			patch.fields = append(patch.fields, index)
			target := reflect.ValueOf(&patch.given).Elem().Field(index)
			problems = append(problems, decode(value, target.Addr().Interface()).Under(at)...)
		}
	})
	if err != nil {
		return nil, fault.Problems{syntaxProblem(err)}
	}
	if err := problems.Err(); err != nil {
		return nil, err
	}
	return patch, nil
}

// KindOf reads the member "kind" of a JSON object and looks at nothing else than the object's form. The error is [fault.Problems].
func KindOf(raw []byte) (Kind, error) {
	kind := Kind("")
	problems := fault.Problems{}
	err := eachMember(raw, func(name string, value jsontext.Value) {
		if name == "kind" {
			problems = append(problems, decode(value, &kind).Under(fault.Place{"kind"})...)
		}
	})
	if err != nil {
		return "", fault.Problems{syntaxProblem(err)}
	}
	for _, known := range Kinds() {
		if kind == known {
			return kind, problems.Err()
		}
	}
	if len(problems) == 0 {
		problems.Add(fault.Place{"kind"}, fault.Invalid, fmt.Sprintf("%.40q is no kind of content; there are %s", kind, List(Kinds())))
	}
	return "", problems
}

// eachMember gives the members of a JSON object, each value whole. Names that stand twice are an error of the decoder's.
func eachMember(raw []byte, yield func(name string, value jsontext.Value)) error {
	var whole jsontext.Value
	if err := json.Unmarshal(raw, &whole); err != nil {
		return err
	}
	dec := jsontext.NewDecoder(bytes.NewReader(whole))
	open, err := dec.ReadToken()
	if err != nil {
		return err
	}
	if open.Kind() != '{' {
		return errors.New("a JSON object is expected")
	}
	for dec.PeekKind() != '}' {
		name, err := dec.ReadToken()
		if err != nil {
			return err
		}
		key := name.String()
		value, err := dec.ReadValue()
		if err != nil {
			return err
		}
		yield(key, value.Clone())
	}
	if _, err := dec.ReadToken(); err != nil {
		return err
	}
	if dec.PeekKind() != 0 {
		return errors.New("one JSON object is expected, and more stands behind it")
	}
	return nil
}

// decode reads a JSON value into target and gives what is wrong with it.
func decode(value jsontext.Value, target any) fault.Problems {
	err := json.Unmarshal(value, target, json.RejectUnknownMembers(true))
	if err == nil {
		return nil
	}
	var semantic *json.SemanticError
	if !errors.As(err, &semantic) {
		return fault.Problems{syntaxProblem(err)}
	}
	return fault.Problems{{Path: placeOf(semantic.JSONPointer), Code: fault.Invalid, Message: semanticMessage(semantic)}}
}

func semanticMessage(err *json.SemanticError) string {
	switch {
	case errors.Is(err.Err, json.ErrUnknownName):
		return "there is no such field"
	case err.GoType == reflect.TypeFor[time.Time]():
		return "a time with an offset is expected, such as 2026-03-01T08:00:00+01:00"
	case err.Err != nil:
		return err.Err.Error()
	default:
		return fmt.Sprintf("%s is expected, not %s", expected(err.GoType), given(err.JSONKind))
	}
}

func expected(goType reflect.Type) string {
	if goType == nil {
		return "another value"
	}
	for goType.Kind() == reflect.Pointer {
		goType = goType.Elem()
	}
	switch goType.Kind() {
	case reflect.String:
		return "a string"
	case reflect.Bool:
		return "true or false"
	case reflect.Int:
		return "a whole number"
	case reflect.Float64:
		return "a number"
	case reflect.Slice:
		return "a list"
	default:
		return "an object"
	}
}

func given(kind jsontext.Kind) string {
	switch kind {
	case 'n':
		return "null"
	case 't', 'f':
		return "a boolean"
	case '"':
		return "a string"
	case '0':
		return "a number"
	case '[':
		return "a list"
	case '{':
		return "an object"
	default:
		return "this"
	}
}

func syntaxProblem(err error) fault.Problem {
	var syntactic *jsontext.SyntacticError
	if errors.As(err, &syntactic) {
		at := placeOf(syntactic.JSONPointer)
		if errors.Is(err, jsontext.ErrDuplicateName) {
			return fault.Problem{Path: at, Code: fault.Invalid, Message: "it stands there twice"}
		}
		return fault.Problem{Path: at, Code: fault.Invalid, Message: fmt.Sprintf("this is not JSON: %v at byte %d", syntactic.Err, syntactic.ByteOffset)}
	}
	return fault.Problem{Code: fault.Invalid, Message: err.Error()}
}

// maxPlace bounds how many steps of a place are told, and maxStep how much of each: both come from a stranger.
const (
	maxPlace = 20
	maxStep  = maxKeyBytes
)

func placeOf(pointer jsontext.Pointer) fault.Place {
	at := fault.Place{}
	for token := range pointer.Tokens() {
		if len(at) == maxPlace {
			return append(at, "…")
		}
		if len(token) > maxStep {
			token = strings.ToValidUTF8(token[:maxStep], "") + "…"
		}
		at = append(at, token)
	}
	return at
}

// patchFields gives the fields of a document that a patch can name, by their JSON names.
func patchFields(doc reflect.Type) map[string]int {
	fields := map[string]int{}
	for i := range doc.NumField() {
		name, _, _ := strings.Cut(doc.Field(i).Tag.Get("json"), ",")
		if name != "" && name != "-" {
			fields[name] = i
		}
	}
	return fields
}

func fieldNames[T any]() []string {
	doc := reflect.TypeFor[T]()
	names := []string{}
	for i := range doc.NumField() {
		name, _, _ := strings.Cut(doc.Field(i).Tag.Get("json"), ",")
		if name != "" && name != "-" {
			names = append(names, name)
		}
	}
	return names
}
