package render

import (
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"
)

// tableStyle has no lines: columns are two spaces apart.
var tableStyle = table.Style{Box: table.BoxStyle{PaddingRight: columnGap}, Options: table.OptionsNoBordersAndSeparators}

const columnGap = "  "

// narrowest is how narrow the last column can be.
const narrowest = 12

// table writes rows in columns. The last column is wrapped where the page ends.
func (p Page) table(indent string, rows [][]span) {
	if len(rows) == 0 {
		return
	}
	t := table.NewWriter()
	t.SetStyle(tableStyle)
	last := len(rows[0]) - 1
	left := p.style.Width - len(indent)
	for column := range last {
		widest := 0
		for _, row := range rows {
			widest = max(widest, text.StringWidth(Clean(row[column].text)))
		}
		left -= widest + len(columnGap)
	}
	t.SetColumnConfigs([]table.ColumnConfig{{Number: last + 1, WidthMax: max(left, narrowest), WidthMaxEnforcer: text.WrapSoft}})
	for _, row := range rows {
		var cells table.Row
		for _, s := range row {
			cells = append(cells, p.paint(Clean(s.text), s.color))
		}
		t.AppendRow(cells)
	}
	for line := range strings.SplitSeq(t.Render(), "\n") {
		p.WriteString(strings.TrimRight(indent+line, " "))
		p.WriteByte('\n')
	}
}
