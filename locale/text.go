package locale

import "unisono/fault"

// UnmarshalText reads a tag as [Parse] does, so that documents and requests hold canonical tags however they were
// written. An empty text is no tag. The error's text is the public message alone, for those who show it beside a place of
// their own; errors.As finds the [fault.Error] in it.
func (t *Tag) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*t = ""
		return nil
	}
	tag, refused := parse(string(text))
	if refused != nil {
		return publicError{refused}
	}
	*t = tag
	return nil
}

type publicError struct{ fault *fault.Error }

func (e publicError) Error() string { return e.fault.Message }
func (e publicError) Unwrap() error { return e.fault }
