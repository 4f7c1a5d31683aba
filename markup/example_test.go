package markup_test

import (
	"fmt"

	"unisono/markup"
)

// A text refers to attributes of the product that it stands on. What they hold is text, even where it looks like markup.
func Example() {
	text := `Up to **{{attribute "pressure"}}**, see [the {{ attribute "name" }} manual](https://pumps.example/m) <i>now</i>.` +
		` [Buy](javascript:buy())`
	fmt.Println(markup.Keys(text), markup.Check(text))

	values := map[string]string{"pressure": "5 bar", "name": "<Nordsø> *40*"}
	expanded, missing := markup.Expand(text, func(key string) (string, bool) { value, ok := values[key]; return value, ok })
	fmt.Println(len(missing))
	fmt.Print(markup.HTML(expanded))
	fmt.Println(markup.Plain(expanded))
	// Output:
	// [pressure name] []
	// 0
	// <p>Up to <strong>5 bar</strong>, see <a href="https://pumps.example/m" rel="nofollow noopener">the &lt;Nordsø&gt; *40* manual</a> now. Buy</p>
	// Up to 5 bar, see the <Nordsø> *40* manual (https://pumps.example/m) now. Buy
}

// What is wrong with a text's placeholders is said when it is written; what is left when it is read is left out.
func ExampleCheck() {
	text := `Up to {{attribute pressure}} bar, \{{as it is}}`
	for _, problem := range markup.Check(text) {
		fmt.Printf("at %d, %s: %s\n", problem.At, problem.Text, problem.Message)
	}
	expanded, missing := markup.Expand(text, nil)
	fmt.Printf("%s %q\n", markup.Plain(expanded), missing)
	// Output:
	// at 6, {{attribute pressure}}: the key must stand in double quotes, as in {{attribute "pressure"}}
	// Up to bar, {{as it is}} ["{{attribute pressure}}"]
}
