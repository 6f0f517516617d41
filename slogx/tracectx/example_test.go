package tracectx_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/slogx-go/slogx/slogx/tracectx"
)

func ExampleParse() {
	h := http.Header{}
	h.Set("Traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
	h.Add("Tracestate", "rojo=00f067aa0ba902b7")
	h.Add("Tracestate", "congo=t61rcWkgMzE")

	t, err := tracectx.Parse(h.Values("Traceparent"), h.Values("Tracestate"))
	switch {
	case errors.Is(err, tracectx.ErrMissing):
		t = tracectx.New()
	case err != nil:
		fmt.Println(err)
		t = tracectx.New()
	}
	fmt.Println(t.Traceparent(), t.Sampled())
	fmt.Println(t.State)
	// Output:
	// 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01 true
	// rojo=00f067aa0ba902b7,congo=t61rcWkgMzE
}

func ExampleAppendAttrs() {
	t, err := tracectx.Parse([]string{"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}, nil)
	if err != nil {
		fmt.Println(err)
	}
	ctx := tracectx.NewContext(context.Background(), t)
	for _, a := range tracectx.AppendAttrs(ctx, nil) {
		fmt.Println(a)
	}
	// Output:
	// trace_id=0af7651916cd43dd8448eb211c80319c
	// span_id=b7ad6b7169203331
	// trace_flags=01
}
