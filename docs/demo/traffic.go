package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/slogx-go/slogx/slogx/tracectx"
)

const (
	rate    = 20 // requests a second, at most
	clients = 4  // requests at a time, at most
)

// Secrets that clients send, or that the service has. Every one of them is logged somewhere.
const (
	inBody   = "correct-horse-battery"
	inQuery  = "tok-4f9d2c81a7"
	inCard   = "4111 1111 1111 1111"
	inCode   = "c-8305-x"
	inEmail  = "ada.l@example.com"
	inHeader = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhZGEifQ.dGhpcyBpcyBubyBzaWduYXR1cmUgYXQgYWxs"
	inDSN    = "postgres://orders:" + password + "@ledger.example/prod?sslmode=require"
	password = "s3cr3t-ledger"
)

// patience is how long a client waits for a response. A machine that is busy with other things may need it.
const patience = 30 * time.Second

// A tally counts requests by the class of their response: index 2 holds 2xx. Index 0 holds those
// without a response.
type tally [6]int

func (t tally) total() int {
	n := 0
	for _, c := range t {
		n += c
	}
	return n
}

// send sends requests to the server at url, the same ones in each run, until the time is over or ctx is done.
// It returns when each has its response.
func send(ctx context.Context, url string, d time.Duration) tally {
	ctx, cancel := context.WithTimeout(ctx, d)
	defer cancel()
	requests := make(chan *http.Request)
	go func() {
		defer close(requests)
		produce(ctx, url, requests)
	}()

	var (
		client = &http.Client{Timeout: patience}
		sent   tally
		mu     sync.Mutex
		wg     sync.WaitGroup
	)
	for range clients {
		wg.Go(func() {
			for r := range requests {
				class := do(client, r)
				mu.Lock()
				sent[class]++
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	client.CloseIdleConnections()
	return sent
}

func do(client *http.Client, r *http.Request) (class int) {
	response, err := client.Do(r)
	if err != nil {
		return 0
	}
	_, err = io.Copy(io.Discard, response.Body)
	if err := errors.Join(err, response.Body.Close()); err != nil {
		return 0
	}
	return response.StatusCode / 100
}

// produce sends a request to the channel at each tick of the clock, until ctx is done.
func produce(ctx context.Context, url string, requests chan<- *http.Request) {
	random := rand.New(rand.NewPCG(1, 2))
	tick := time.NewTicker(time.Second / rate)
	defer tick.Stop()
	var round []int
	for {
		if len(round) == 0 {
			round = random.Perm(25)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		// What was sent is answered, also when ctx is done by then.
		r, err := newRequest(context.WithoutCancel(ctx), url, round[0], random)
		if err != nil {
			return
		}
		select {
		case <-ctx.Done():
			return
		case requests <- r:
			round = round[1:]
		}
	}
}

// newRequest returns request number n of a round of 25: most are good, some fail in one way or another.
func newRequest(ctx context.Context, url string, n int, random *rand.Rand) (*http.Request, error) {
	customer := []string{"ada", "grace", "edsger", "barbara"}[random.IntN(4)]
	item := []string{"book", "lamp", "pen", "globe"}[random.IntN(4)]
	method := http.MethodGet
	var path, body string
	switch n {
	case 0:
		path = "/slow"
	case 1:
		path = "/fail"
	case 2:
		path = "/panic"
	case 3:
		path = "/nowhere"
	case 4:
		path = "/orders/999999?token=" + inQuery
	case 5:
		method, path, body = http.MethodPost, "/orders", `{"password":"`+inBody+`","item":` // cut off
	case 6:
		path = "/healthz"
	case 7, 8, 9, 10:
		path = "/orders?customer=" + customer + "&token=" + inQuery
	case 11, 12, 13, 14, 15:
		path = fmt.Sprintf("/orders/%d", 1+random.IntN(5))
	default:
		method, path = http.MethodPost, "/orders"
		body = fmt.Sprintf(`{"customer":%q,"email":%q,"password":%q,"item":%q,"quantity":%d,"payment":{"card":%q,"code":%q}}`,
			customer, inEmail, inBody, item, 1+random.IntN(5), inCard, inCode)
	}
	r, err := http.NewRequestWithContext(ctx, method, url+path, strings.NewReader(body))
	if err != nil {
		return nil, err
	}
	r.Header.Set("Authorization", "Bearer "+inHeader)
	if random.IntN(2) == 0 { // this client takes part in traces
		r.Header.Set("Traceparent", tracectx.New().Traceparent())
	}
	return r, nil
}
