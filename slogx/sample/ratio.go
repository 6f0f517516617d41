package sample

import (
	"context"
	"encoding/binary"
	"strconv"
	"strings"

	"github.com/slogx-go/slogx/slogx/tracectx"
)

// randomBits is how many bits decide: as many as OpenTelemetry's consistent probability sampling uses.
const randomBits = 56

// ratio keeps a share of what is decided by random bits.
type ratio struct {
	threshold uint64  // kept are randomBits bits from here on
	weight    float64 // what one that is kept stands for
}

// newRatio returns nil for a share that is not in use.
func newRatio(share float64) *ratio {
	if share == 0 {
		return nil
	}
	threshold := uint64((1 - share) * (1 << randomBits))
	// A tiny share still keeps something, so that the weight is what really holds.
	threshold = min(threshold, 1<<randomBits-1)
	return &ratio{threshold, float64(uint64(1)<<randomBits) / float64(1<<randomBits-threshold)}
}

func (r *ratio) keeps(bits uint64) bool { return bits >= r.threshold }

// traceBits returns the random bits of the trace that ctx belongs to, and whether there is one. They are
// the last 7 bytes of the trace id, or what the tracestate says in their place.
func traceBits(ctx context.Context) (uint64, bool) {
	if ctx == nil {
		return 0, false
	}
	t, ok := tracectx.FromContext(ctx)
	if !ok {
		return 0, false
	}
	if bits, ok := explicitBits(t.State); ok {
		return bits, true
	}
	return binary.BigEndian.Uint64(t.TraceID[8:]) & (1<<randomBits - 1), true
}

// explicitBits returns the randomness that a tracestate carries: the sub-key rv of the vendor ot, with
// 14 lower-case hexadecimal digits, as in "ot=th:8;rv:6e6d1a75832a2f".
func explicitBits(state string) (uint64, bool) {
	if state == "" {
		return 0, false
	}
	for member := range strings.SplitSeq(state, ",") {
		vendor, ok := strings.CutPrefix(strings.Trim(member, " \t"), "ot=")
		if !ok {
			continue
		}
		for field := range strings.SplitSeq(vendor, ";") {
			if digits, ok := strings.CutPrefix(field, "rv:"); ok {
				return parseBits(digits)
			}
		}
		return 0, false
	}
	return 0, false
}

func parseBits(digits string) (uint64, bool) {
	if len(digits) != randomBits/4 || strings.Trim(digits, "0123456789abcdef") != "" {
		return 0, false
	}
	bits, err := strconv.ParseUint(digits, 16, randomBits)
	return bits, err == nil
}
