// Package slogxhttp ties the records of a request together: a middleware gives each request its ids and one
// access record, a [Transport] sends the ids on.
//
//	http.ListenAndServe(addr, slogxhttp.Middleware(logger, nil)(mux))
//
// The same func is a middleware of chi; package slogxgin has the one for gin.
//
// # Ids
//
// The context of a request carries a request id and a trace. Both are on every record that is logged with it,
// if the handler adds what contexts carry, as every pipeline of package slogx does: enrich.ContextAttrs and
// enrich.Trace. Access records have them in any case. Goroutines that outlive their request keep its ids.
//
//   - The request id is that of the header X-Request-ID if there is one, of up to 128 letters, digits and
//     -._~:/+=@, else a new one. The response has it, too.
//   - The trace is that of traceparent and tracestate by W3C Trace Context, in which the request is a new span;
//     a new trace if there is none or it is not valid. In an active span (package slogxotel) it is that one.
//
// # The access record
//
// When a request is done one record says how it ended, at ERROR for 5xx and panics, at WARN for 4xx and slow
// ones, else at INFO. Its attributes have the names of the OpenTelemetry semantic conventions, which jsonlog
// writes as other schemas want them:
//
//	http.request.method, http.request.method_original  the latter if the method is no known one
//	url.scheme, url.path, url.query                    the query with secrets masked
//	http.route                                         pattern of ServeMux, gin, or Options.Route
//	http.response.status_code                          as it was on the wire; none if the connection was cut before
//	http.request.body.size, http.response.body.size    bytes; no size of the response if the connection was hijacked
//	http.server.request.duration                       seconds
//	client.address                                     by Options.TrustedProxies
//	network.peer.address, network.peer.port            of the connection
//	server.address, server.port                        of the header Host
//	network.protocol.version, user_agent.original
//	error.type                                         the status if 5xx, "aborted", "canceled" (the client went
//	                                                   away), "timeout", or the type of the error
//	exception.type, .message, .stacktrace              of a panic, or without a stack of [SetError]
//
// and those of [AddAttrs]. Text that clients send is cut at 2 KiB.
//
// # What was on the wire
//
// The status is the first that the handler sent, 200 if it only wrote, flushed or returned, and 101 of a
// connection that it hijacked; informational ones (103) do not count. The size is that of the body as the server
// took it, none for HEAD. The [http.ResponseWriter] that handlers get has exactly the optional interfaces of the
// server's, [http.ResponseController] works through it, and io.Copy still reaches sendfile. When the handler has
// returned it takes no more writes.
//
// # Panics
//
// A panic becomes a response 500 if nothing was sent. After that the client must not take what it got for the
// whole: the connection is cut, by a panic with [http.ErrAbortHandler]. A handler's own panic with
// ErrAbortHandler goes on as it is, without a stack.
//
// # Secrets
//
// Parameters of queries and forms, members of JSON, and headers that are logged are masked by their names: those
// with the words password, token, signature, api key and so on. All values are attributes, so that package
// slogxredact sees them, too.
package slogxhttp
