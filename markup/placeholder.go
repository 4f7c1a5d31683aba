package markup

import (
	"encoding/json"
	"iter"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Problem is one thing that is wrong with a text's placeholders.
type Problem struct {
	At      int    // where it begins: the offset of its first byte
	Text    string // what is written there, or the beginning of it
	Message string // what is wrong and what would be right
}

const (
	maxProblems  = 100  // that Check tells of one text
	maxKeyBytes  = 200  // of a key, as content has it
	maxKeyQuoted = 1300 // of a key as it may be written, every character as \u0000
	maxShown     = 100  // bytes of a problem's text
)

// Check says what is wrong with the placeholders of a text, at most a hundred things. Whether the attributes exist is not known
// here: see [Keys].
func Check(markdown string) []Problem {
	var problems []Problem
	for p := range placeholders(markdown) {
		if p.problem != "" {
			problems = append(problems, Problem{p.start, brief(markdown[p.start:p.end]), p.problem})
			if len(problems) == maxProblems {
				break
			}
		}
	}
	return problems
}

// Keys gives the keys of the attributes that a text refers to, each once, in the order in which they first stand there.
func Keys(markdown string) []string {
	var keys []string
	seen := map[string]bool{}
	for p := range placeholders(markdown) {
		if p.problem == "" && !seen[p.key] {
			seen[p.key] = true
			keys = append(keys, p.key)
		}
	}
	return keys
}

// brief is the beginning of a text.
func brief(text string) string {
	if len(text) <= maxShown {
		return text
	}
	end := maxShown
	for end > 0 && !utf8.RuneStart(text[end]) {
		end--
	}
	return text[:end] + "…"
}

// placeholder is what stands from {{ to }}: the key of an attribute, or a problem.
type placeholder struct {
	start, end int
	key        string
	problem    string
}

// placeholders gives those of a text, in order. Two braces after an odd number of backslashes begin none.
func placeholders(text string) iter.Seq[placeholder] {
	return func(yield func(placeholder) bool) {
		for from := 0; ; {
			found := strings.Index(text[from:], "{{")
			if found < 0 {
				return
			}
			start := from + found
			if backslashes(text[from:start])%2 == 1 {
				from = start + len("{{")
				continue
			}
			p := parse(text, start)
			if !yield(p) {
				return
			}
			from = p.end
		}
	}
}

// backslashes counts those at a text's end.
func backslashes(text string) int { return len(text) - len(strings.TrimRight(text, `\`)) }

const blanks = " \t\n"

// parse reads the placeholder that begins at start.
func parse(text string, start int) placeholder {
	at := start + len("{{")
	blank := func() { at = len(text) - len(strings.TrimLeft(text[at:], blanks)) }
	word := func(w string) bool {
		if !strings.HasPrefix(text[at:], w) {
			return false
		}
		at += len(w)
		return true
	}
	blank()
	if !word("attribute") {
		return malformed(text, start, at, `only {{attribute "key"}} may stand between {{ and }}; \{{ stands for the braces themselves`)
	}
	blank()
	quoted := quotedPrefix(text[at:])
	if quoted == "" {
		return malformed(text, start, at, `the key must stand in double quotes, as in {{attribute "pressure"}}`)
	}
	at += len(quoted)
	key, ok := unquote(quoted)
	blank()
	switch {
	case !word("}}"):
		return malformed(text, start, at, `after the key nothing may stand but }}, as in {{attribute "pressure"}}`)
	case !ok || strings.TrimSpace(key) == "":
		return placeholder{start, at, "", "the key is empty or is not a text as Go and JSON write it"}
	case len(key) > maxKeyBytes:
		return placeholder{start, at, "", "the key is longer than any attribute's: at most " + strconv.Itoa(maxKeyBytes) + " bytes are expected"}
	}
	return placeholder{start, at, key, ""}
}

// malformed is a placeholder that is none. It ends with the next }} of its paragraph unless another begins before; one that is not
// closed is as much as could be read of it.
func malformed(text string, start, at int, problem string) placeholder {
	rest := text[start+len("{{"):]
	if next := strings.Index(rest, "{{"); next >= 0 {
		rest = rest[:next]
	}
	if end := strings.Index(rest, "}}"); end >= 0 && !hasBlankLine(rest[:end]) {
		return placeholder{start, start + len("{{") + end + len("}}"), "", problem}
	}
	end := start + len("{{") + len(strings.TrimRight(text[start+len("{{"):at], blanks))
	if strings.HasPrefix(text[end:], "}") {
		end++
	}
	return placeholder{start, end, "", "it is not closed: }} is missing"}
}

func hasBlankLine(text string) bool {
	lines := strings.Split(text, "\n")
	return len(lines) > 2 && slices.ContainsFunc(lines[1:len(lines)-1], func(line string) bool { return strings.Trim(line, blanks) == "" })
}

// quotedPrefix is the quoted text at the beginning of a text, or empty.
func quotedPrefix(text string) string {
	if !strings.HasPrefix(text, `"`) {
		return ""
	}
	for i := 1; i < min(len(text), maxKeyQuoted); i++ {
		switch text[i] {
		case '\\':
			i++
		case '"':
			return text[:i+1]
		case '\n':
			return ""
		}
	}
	return ""
}

// unquote reads a quoted text as Go writes it or as JSON does.
func unquote(quoted string) (string, bool) {
	if text, err := strconv.Unquote(quoted); err == nil && utf8.ValidString(text) {
		return text, true
	}
	var text string
	return text, json.Unmarshal([]byte(quoted), &text) == nil
}

// escapes gives the ranges of backslashes to take out of code so that it shows what was meant: before two braces each two
// backslashes stand for one, and the last of an odd number keeps the braces from beginning a placeholder.
func escapes(code string) [][2]int {
	var cuts [][2]int
	for from := 0; ; {
		found := strings.Index(code[from:], "{{")
		if found < 0 {
			return cuts
		}
		start := from + found
		if n := backslashes(code[from:start]); n%2 == 1 {
			cuts = append(cuts, [2]int{start - n, start - n/2})
		}
		from = start + len("{{")
	}
}

// bare is code as it is meant: without what escapes gives.
func bare(code string) string {
	cuts := escapes(code)
	if len(cuts) == 0 {
		return code
	}
	var out strings.Builder
	from := 0
	for _, cut := range cuts {
		out.WriteString(code[from:cut[0]])
		from = cut[1]
	}
	out.WriteString(code[from:])
	return out.String()
}

// escaped is code in which no placeholder begins; bare gives it back.
func escaped(code string) string {
	if !strings.Contains(code, "{{") {
		return code
	}
	var out strings.Builder
	from := 0
	for {
		found := strings.Index(code[from:], "{{")
		if found < 0 {
			out.WriteString(code[from:])
			return out.String()
		}
		out.WriteString(code[from : from+found])
		out.WriteString(strings.Repeat(`\`, backslashes(code[from:from+found])+1))
		out.WriteString("{{")
		from += found + len("{{")
	}
}
