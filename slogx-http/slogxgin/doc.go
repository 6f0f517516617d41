// Package slogxgin is the middleware of package slogxhttp for gin:
//
//	engine := gin.New()
//	engine.Use(slogxgin.Middleware(logger, nil))
//
// It takes the place of gin.Logger and gin.Recovery; gin.Recovery behind it would hide panics from it, and
// before it would end what http.ErrAbortHandler must cut.
//
// Handlers log with c.Request.Context(), or with c itself if engine.ContextWithFallback is set. The route is
// c.FullPath(), and the last of c.Errors is the error of a request that has none of slogxhttp.SetError.
//
// Gin runs no middleware for requests that it redirects to a path with or without a slash at the end: they
// leave no record.
package slogxgin
