package main

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"
)

// Sizes in pixels. The width of a column is forced upon each span, whatever font the viewer has.
const (
	fontSize  = 13
	colWidth  = 7.8
	rowHeight = 19
	border    = 18
	titleBar  = 34
)

const fonts = "ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace"

const (
	background = "#0d1117"
	foreground = "#d1d7e0"
	faint      = "#8b949e"
)

// palette has the colours 1 to 7 of escape sequences.
var palette = [...]string{1: "#ff7b72", 2: "#56d364", 3: "#e3b341", 4: "#79c0ff", 5: "#d2a8ff", 6: "#76e3ea", 7: "#ffffff"}

// writeSVG draws a terminal of so many columns that shows rows.
func writeSVG(w io.Writer, title string, rows [][]span, columns int) error {
	var b strings.Builder
	width, height := int(float64(columns)*colWidth)+2*border, titleBar+len(rows)*rowHeight+border
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %[1]d %[2]d" `+
		`role="img" aria-label="%s">`+"\n", width, height, escape(title))
	fmt.Fprintf(&b, `<rect width="%d" height="%d" rx="9" fill="%s"/>`+"\n", width, height, background)
	for i, color := range []string{"#ff5f57", "#febc2e", "#28c840"} {
		fmt.Fprintf(&b, `<circle cx="%d" cy="%d" r="5.5" fill="%s"/>`+"\n", border+5+i*19, titleBar/2, color)
	}
	fmt.Fprintf(&b, `<g font-family="%s" font-size="%d" fill="%s" xml:space="preserve">`+"\n", fonts, fontSize, foreground)
	fmt.Fprintf(&b, `<text x="%d" y="%d" text-anchor="middle" fill="%s">%s</text>`+"\n", width/2, titleBar/2+5, faint, escape(title))
	for i, row := range rows {
		writeRow(&b, row, titleBar+(i+1)*rowHeight-5)
	}
	b.WriteString("</g>\n</svg>\n")
	_, err := io.WriteString(w, b.String())
	return err
}

// writeRow draws one row. Each span stands at its column.
func writeRow(b *strings.Builder, row []span, y int) {
	column := 0
	for _, s := range row {
		n := len([]rune(s.text))
		if strings.TrimSpace(s.text) != "" {
			fmt.Fprintf(b, `<text x="%.1f" y="%d" textLength="%.1f"%s>%s</text>`+"\n",
				border+float64(column)*colWidth, y, float64(n)*colWidth, s.attributes(), escape(s.text))
		}
		column += n
	}
}

// attributes returns what makes text look as s says.
func (s style) attributes() string {
	var a string
	switch {
	case s.color > 0:
		a = fmt.Sprintf(` fill="%s"`, palette[s.color])
	case s.dim:
		a = fmt.Sprintf(` fill="%s"`, faint)
	}
	if s.bold {
		a += ` font-weight="bold"`
	}
	if s.dim && s.color > 0 {
		a += ` opacity="0.7"`
	}
	return a
}

func escape(text string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(text)) // a Builder takes everything
	return b.String()
}
