//go:build race

package async

// floodRecords is fewer with the race detector, which is slow.
const floodRecords = 100_000
