// Package leveltest shows that the level endpoint behaves the same behind every router.
package leveltest
