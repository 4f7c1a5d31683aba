// Package load asks servers over HTTP as fast as they answer, or at a given rate, and measures how long that takes. It looks at every answer. To leave the
// machine to the servers it writes requests that were made before and reads no more of HTTP than they send.
package load

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"
)

// Load is what is asked.
type Load struct {
	Address     string     // HOST:PORT
	Requests    []*Request // asked in random order
	Connections int        // that are kept open, each with one request at a time
	Warmup      time.Duration
	Time        time.Duration
	Rate        float64 // requests a second, on time whether earlier ones are answered or not; 0: the next one once one is answered
}

// Result is what was measured after the warm-up.
type Result struct {
	Requests  int64
	Took      time.Duration
	Latencies *Histogram // from when a request was due: at a rate, waiting for a connection counts
}

// PerSecond is how many requests were answered in a second.
func (r Result) PerSecond() float64 { return float64(r.Requests) / r.Took.Seconds() }

// Run asks. The first answer that is not right ends it with an error.
func Run(ctx context.Context, l Load) (Result, error) {
	if len(l.Requests) == 0 || l.Connections < 1 {
		return Result{}, errors.New("there is nothing to ask, or no connection to ask by")
	}
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	begin := time.Now()
	r := &run{Load: l, begin: begin, measured: begin.Add(l.Warmup), end: begin.Add(l.Warmup + l.Time)}
	histograms, running := make([]Histogram, l.Connections), sync.WaitGroup{}
	for i := range histograms {
		running.Go(func() {
			if err := r.connection(ctx, &histograms[i]); err != nil {
				stop(err)
			}
		})
	}
	running.Wait()
	if ctx.Err() != nil {
		return Result{}, context.Cause(ctx)
	}
	result := Result{Took: time.Since(r.measured), Latencies: &Histogram{}}
	for i := range histograms {
		result.Latencies.Merge(&histograms[i])
	}
	result.Requests = result.Latencies.Count()
	return result, nil
}

// run is a load that is under way.
type run struct {
	Load
	begin, measured, end time.Time
	due                  atomic.Int64 // at a rate: how many requests were taken
}

// connection asks by one connection until the end.
func (r *run) connection(ctx context.Context, latencies *Histogram) (err error) {
	c, err := dial(ctx, r.Address)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, c.Close()) }()
	for ctx.Err() == nil {
		due := time.Now()
		if r.Rate > 0 {
			due = r.begin.Add(time.Duration(float64(r.due.Add(1)) / r.Rate * float64(time.Second)))
			time.Sleep(time.Until(due))
		}
		if due.After(r.end) {
			return nil
		}
		request := r.Requests[rand.IntN(len(r.Requests))]
		status, body, err := c.ask(request)
		if err != nil {
			return err
		}
		if err := request.check(status, body); err != nil {
			return err
		}
		if due.After(r.measured) {
			latencies.Add(time.Since(due))
		}
	}
	return nil
}

// Request is one request, ready to be sent, and its right answer.
type Request struct {
	raw    []byte
	Answer []byte
	Loose  bool // what stands in the answer may change, not how long it is
}

// NewRequest makes a POST of JSON, with further headers such as "Name: value".
func NewRequest(address, path string, body, answer []byte, headers ...string) *Request {
	head := fmt.Sprintf("POST %s HTTP/1.1\r\nHost: %s\r\nContent-Type: application/json\r\nAccept: application/json\r\nContent-Length: %d\r\n", path, address, len(body))
	for _, header := range headers {
		head += header + "\r\n"
	}
	head += "\r\n"
	return &Request{raw: append([]byte(head), body...), Answer: answer}
}

// answered is how every answer of GraphQL begins that has no errors.
var answered = []byte(`{"data":{`)

func (r *Request) check(status int, body []byte) error {
	switch {
	case status != 200:
		return fmt.Errorf("the status is %d: %.200s", status, body)
	case r.Loose && len(body) == len(r.Answer) && bytes.HasPrefix(body, answered), !r.Loose && bytes.Equal(body, r.Answer):
		return nil
	default:
		return fmt.Errorf("an answer of %d bytes is not the right one, which has %d: %.200s", len(body), len(r.Answer), body)
	}
}
