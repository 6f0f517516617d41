// Package detect finds secrets and personal data in text.
package detect
