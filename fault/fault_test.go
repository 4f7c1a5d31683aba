package fault_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"testing"

	"unisono/fault"
)

func TestTheKindAndTheMessageThatCallersSee(t *testing.T) {
	problems := fault.Problems{{Path: []string{"a", "0"}, Message: "wrong"}, {Message: "all of it"}}
	for name, test := range map[string]struct {
		err    error
		kind   fault.Kind
		public string
	}{
		"a fault":                    {fault.New(fault.Forbidden, "not %s", "you"), fault.Forbidden, "not you"},
		"with a cause":               {fault.Wrap(fault.Unavailable, io.EOF, "down"), fault.Unavailable, "down"},
		"inside another error":       {fmt.Errorf("read: %w", fault.New(fault.Conflict, "busy")), fault.Conflict, "busy"},
		"the outermost of two":       {fault.Wrap(fault.BadUserInput, fault.New(fault.Internal, "inner"), "outer"), fault.BadUserInput, "outer"},
		"joined with others":         {errors.Join(io.EOF, fault.New(fault.Timeout, "late")), fault.Timeout, "late"},
		"a fault caused by the time": {fault.Wrap(fault.Unavailable, context.DeadlineExceeded, "down"), fault.Unavailable, "down"},
		"a deadline":                 {fmt.Errorf("read: %w", context.DeadlineExceeded), fault.Timeout, "something went wrong"},
		"a caller who left":          {context.Canceled, fault.Timeout, "something went wrong"},
		"any other error":            {fmt.Errorf("password %w", io.EOF), fault.Internal, "something went wrong"},
		"problems":                   {problems, fault.Internal, "a.0: wrong; all of it"},
		"problems inside":            {fmt.Errorf("read: %w", problems), fault.Internal, "a.0: wrong; all of it"},
	} {
		t.Run(name, func(t *testing.T) {
			if kind := fault.KindOf(test.err); kind != test.kind {
				t.Errorf("the kind is %s", kind)
			}
			if public := fault.Public(test.err); public != test.public {
				t.Errorf("it says %q", public)
			}
		})
	}
	wrapped := fault.Wrap(fault.Internal, io.EOF, "x")
	if !errors.Is(wrapped, io.EOF) || wrapped.Error() != "x: EOF" || fault.New(fault.Internal, "x").Error() != "x" || errors.Unwrap(fault.New(fault.Internal, "x")) != nil {
		t.Error("the log does not see the cause")
	}
}

func TestProblemsAreAnErrorOnlyWhereThereAreSome(t *testing.T) {
	problems := fault.Problems{}
	if problems.Err() != nil || fault.Problems(nil).Err() != nil {
		t.Error("none is an error")
	}
	problems.Add(fault.Place{}.Field("a").Index(2), fault.TooMany, "too many")
	if problems.Err() == nil || problems.Error() != "a.2: too many" || problems[0].Code != fault.TooMany {
		t.Errorf("it is %v", problems.Err())
	}
}

func TestPlacesDoNotShareMemory(t *testing.T) {
	root := fault.Place{}.Field("a")
	left, right := root.Field("b"), root.Index(1)
	if !slices.Equal(left, fault.Place{"a", "b"}) || !slices.Equal(right, fault.Place{"a", "1"}) {
		t.Errorf("they are %v and %v", left, right)
	}
	problems := fault.Problems{{Path: []string{"x"}}, {}}
	at := append(make(fault.Place, 0, 8), "p")
	moved, other := problems.Under(at), problems.Under(at.Index(0))
	if !slices.Equal(moved[0].Path, []string{"p", "x"}) || !slices.Equal(moved[1].Path, []string{"p"}) || !slices.Equal(other[0].Path, []string{"p", "0", "x"}) || !slices.Equal(problems[0].Path, []string{"x"}) {
		t.Errorf("they are %v, %v, %v", moved, other, problems)
	}
}
