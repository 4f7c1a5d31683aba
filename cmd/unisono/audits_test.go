package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"testing"
)

// audits runs all audits of graphql-http against an address. Node looks for the package from the directory that it is started in.
const audits = `
import { serverAudits } from 'graphql-http';
const results = [];
for (const audit of serverAudits({ url: process.argv[1] })) {
	const { status, reason } = await audit.fn();
	results.push({ id: audit.id, name: audit.name, status, reason });
}
console.log(JSON.stringify(results));
`

// F15: a client that holds to the GraphQL over HTTP draft is answered as it expects: every audit of graphql-http passes, those of what a server only
// should or may do among them.
func TestGraphQLOverHTTPAudits(t *testing.T) {
	t.Parallel()
	lacking := ""
	if _, err := exec.LookPath("node"); err != nil {
		lacking = "Node is not there"
	} else if _, err := os.Stat("../../web/node_modules/graphql-http"); err != nil {
		lacking = "graphql-http is not there; make web installs it"
	}
	switch {
	case lacking != "" && os.Getenv("CI") == "true":
		t.Fatal(lacking)
	case lacking != "":
		t.Skip(lacking)
	}
	command := exec.CommandContext(t.Context(), "node", "--input-type=module", "--eval", audits, demoHouse(t).url+"/graphql")
	command.Dir, command.Stderr = "../../web", os.Stderr
	out, err := command.Output()
	if err != nil {
		t.Fatal(err)
	}
	results := []struct{ ID, Name, Status, Reason string }{}
	if err := json.Unmarshal(out, &results); err != nil {
		t.Fatal(err)
	}
	passed := 0
	for _, one := range results {
		if one.Status == "ok" {
			passed++
			continue
		}
		t.Errorf("%s, %s: %s, %s", one.ID, one.Name, one.Status, one.Reason)
	}
	t.Logf("%d of %d audits passed", passed, len(results))
	if len(results) < 61 {
		t.Errorf("there are %d audits, and 61 at the least are known", len(results))
	}
}
