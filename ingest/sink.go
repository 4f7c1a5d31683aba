package ingest

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	"unisono/content"
	"unisono/edit"
	"unisono/fault"
)

// Local is the Sink that writes through a Writer in this process.
func Local(writer *edit.Writer) Sink {
	return func(ctx context.Context, kind content.Kind, items []Item) ([]Outcome, error) {
		changes := make([][]byte, len(items))
		for i, item := range items {
			changes[i] = item.Patch
		}
		outcomes, err := writer.Write(ctx, kind, changes)
		return Outcomes(outcomes), err
	}
}

// Outcomes says in this package's words what became of changes.
func Outcomes(of []edit.Outcome) []Outcome {
	outcomes := make([]Outcome, len(of))
	for i, outcome := range of {
		switch {
		case outcome.Written:
			outcomes[i].Status = Written
		case outcome.Document != nil:
			outcomes[i].Status = Unchanged
		default:
			outcomes[i] = Outcome{Skipped, outcome.Problems}
		}
	}
	return outcomes
}

// Batch is what a gateway is sent at /content/import.
type Batch struct {
	Kind   content.Kind      `json:"kind"`
	Items  []json.RawMessage `json:"items"`
	DryRun bool              `json:"dryRun,omitempty"`
	// Assume are the definitions that earlier batches of a dry run would have written, which later ones refer to.
	Assume []Assumed `json:"assume,omitempty"`
}

// Assumed are changes to definitions of one kind.
type Assumed struct {
	Kind  content.Kind      `json:"kind"`
	Items []json.RawMessage `json:"items"`
}

// BatchResult is what the gateway answers.
type BatchResult struct {
	Outcomes []Outcome `json:"outcomes"`
}

// Gateway is a gateway that runs elsewhere.
type Gateway struct {
	URL    string // its address, without a path
	Key    string // an API key with the permission to write
	Client *http.Client
}

// gatewayTimeout is how long one batch may take.
const gatewayTimeout = 2 * time.Minute

// maxAnswer bounds what a gateway answers to a batch.
const maxAnswer = 64 << 20

// Sink is the Sink that writes through the gateway, or only rehearses to.
func (g *Gateway) Sink(dryRun bool) Sink {
	assumed := []Assumed{}
	return func(ctx context.Context, kind content.Kind, items []Item) ([]Outcome, error) {
		batch := Batch{Kind: kind, DryRun: dryRun, Assume: assumed}
		for _, item := range items {
			batch.Items = append(batch.Items, item.Patch)
		}
		outcomes, err := g.send(ctx, &batch)
		if err == nil && dryRun && kind != content.KindProduct && kind != content.KindFragment {
			assumed = append(assumed, Assumed{kind, batch.Items})
		}
		return outcomes, err
	}
}

func (g *Gateway) send(ctx context.Context, batch *Batch) ([]Outcome, error) {
	body, err := json.Marshal(batch)
	if err != nil {
		return nil, fmt.Errorf("write a batch: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, gatewayTimeout)
	defer cancel()
	answer, err := g.do(ctx, http.MethodPost, "/content/import", bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	defer func() { _ = answer.Body.Close() }()
	result := BatchResult{}
	if err := json.NewDecoder(io.LimitReader(answer.Body, maxAnswer)).Decode(&result); err != nil {
		return nil, fault.Wrap(fault.Unavailable, err, "the gateway's answer could not be read")
	}
	if len(result.Outcomes) != len(batch.Items) {
		return nil, fault.New(fault.Unavailable, "the gateway answered for %d of %d items", len(result.Outcomes), len(batch.Items))
	}
	return result.Outcomes, nil
}

// Export copies everything that the gateway holds, one document a line. An error means that what was copied is not whole.
func (g *Gateway) Export(ctx context.Context, to io.Writer) error {
	answer, err := g.do(ctx, http.MethodGet, "/content/export", nil)
	if err != nil {
		return err
	}
	defer func() { _ = answer.Body.Close() }()
	if _, err := io.Copy(to, answer.Body); err != nil {
		return fault.Wrap(fault.Unavailable, err, "the export broke off")
	}
	return nil
}

// do sends a request and gives the answer, whose body the caller closes. A status other than 200 is a fault with the gateway's own words.
func (g *Gateway) do(ctx context.Context, method, path string, body io.Reader) (*http.Response, error) {
	address, err := url.JoinPath(g.URL, path)
	if err != nil {
		return nil, fault.Wrap(fault.BadUserInput, err, "--gateway: %q is no address; one such as http://localhost:8080 is expected", g.URL)
	}
	request, err := http.NewRequestWithContext(ctx, method, address, body)
	if err != nil {
		return nil, fault.Wrap(fault.BadUserInput, err, "--gateway: %q is no address; one such as http://localhost:8080 is expected", g.URL)
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Authorization", "Bearer "+g.Key)
	answer, err := g.Client.Do(request)
	if err != nil {
		return nil, fault.Wrap(fault.Unavailable, err, "the gateway at %s does not answer", g.URL)
	}
	if answer.StatusCode == http.StatusOK {
		return answer, nil
	}
	defer func() { _ = answer.Body.Close() }()
	said := struct {
		Errors []struct {
			Message    string
			Extensions struct{ Code fault.Kind }
		}
	}{}
	if err := json.NewDecoder(io.LimitReader(answer.Body, 1<<16)).Decode(&said); err != nil || len(said.Errors) == 0 {
		return nil, fault.New(fault.Unavailable, "the gateway at %s answered %s", g.URL, answer.Status)
	}
	return nil, fault.New(said.Errors[0].Extensions.Code, "the gateway at %s says: %s", g.URL, said.Errors[0].Message)
}
