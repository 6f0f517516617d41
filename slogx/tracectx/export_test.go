package tracectx

import "testing"

// IsolateSources takes the registered sources away until the test ends.
func IsolateSources(tb testing.TB) {
	tb.Helper()
	before := sources.Swap(nil)
	tb.Cleanup(func() { sources.Store(before) })
}

// CacheSize is how many spans the cache of ids remembers.
const CacheSize = cacheSize
