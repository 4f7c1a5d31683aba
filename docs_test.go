package unisono_test

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// The threat model names a test for each thing that it promises: all of them are there.
func TestTheThreatModelNamesTestsThatAreThere(t *testing.T) {
	text, err := os.ReadFile("docs/security.md")
	if err != nil {
		t.Fatal(err)
	}
	there := map[string]bool{}
	for _, files := range readTree(t) {
		for _, f := range files {
			if !f.isTest {
				continue
			}
			code, err := os.ReadFile(f.path)
			if err != nil {
				t.Fatal(err)
			}
			for _, name := range regexp.MustCompile(`(?m)^func (Test\w+)\(`).FindAllStringSubmatch(string(code), -1) {
				there[name[1]] = true
			}
		}
	}
	named := regexp.MustCompile("`(Test\\w+)`").FindAllStringSubmatch(string(text), -1)
	if len(named) < 30 {
		t.Errorf("it names %d tests", len(named))
	}
	for _, name := range named {
		if !there[name[1]] {
			t.Errorf("docs/security.md names %s, which is not there", name[1])
		}
	}
	for row := range strings.Lines(string(text)) {
		if strings.Count(row, "|") == 5 && !strings.HasPrefix(row, "| From") && !strings.HasPrefix(row, "|---") && !strings.Contains(row, "`Test") {
			t.Errorf("no test is named for: %s", row)
		}
	}
}
