// Package servers starts the servers that slogx-loki is tested and measured against, as processes on free
// ports of the loopback interface: Loki, VictoriaLogs, and a [Receiver] of our own that has written a push
// to disk before it answers. They can be stopped, killed, paused and started again on the same port and
// data, and read back.
//
// The binaries of the first two stand in bin, in the root of the repository, or where the environment says:
// LOKI_BIN and VICTORIALOGS_BIN. The Receiver is the calling program itself, started anew: its main, or TestMain, calls
// [RunReceiver] first.
package servers
