package targeting_test

import (
	"flag"
	"fmt"
	"os"
	"testing"
)

// cases is how many each property tries, unless -rapid.checks says otherwise.
const cases = "10000"

func TestMain(m *testing.M) {
	if err := flag.Set("rapid.checks", cases); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	flag.Parse()
	os.Exit(m.Run())
}
