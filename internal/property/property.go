// Package property says on how many cases the properties are tried that want thousands.
package property

import (
	"flag"
	"runtime/debug"
	"slices"
	"strconv"

	"pgregory.net/rapid"
)

// Check tries a property on so many cases, or on as many as -rapid.checks says. With the race detector each takes some ten times as long, and what that
// looks for is elsewhere: there a twentieth is tried. It must not run beside others that use rapid. In a bubble of synctest give [Bubble] of its test.
func Check(t rapid.TB, cases int, property func(*rapid.T)) {
	t.Helper()
	if WithRaceDetector() {
		cases = max(1, cases/20)
	}
	flag := flag.Lookup("rapid.checks")
	if before := flag.Value.String(); before == flag.DefValue {
		if err := flag.Value.Set(strconv.Itoa(cases)); err != nil {
			t.Fatal(err)
		}
		defer func() { _ = flag.Value.Set(before) }()
	}
	rapid.Check(t, property)
}

// Bubble is a test within a bubble of synctest, which must not be asked for its deadline, as rapid does.
func Bubble(t rapid.TB) rapid.TB { return struct{ rapid.TB }{t} }

// WithRaceDetector says that the test was built with the race detector: it takes some ten times as long, and pools forget what was put into them, at random.
func WithRaceDetector() bool {
	info, is := debug.ReadBuildInfo()
	return is && slices.Contains(info.Settings, debug.BuildSetting{Key: "-race", Value: "true"})
}
