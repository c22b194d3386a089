package render_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/require"

	"github.com/tdsprobe/tdsprobe/enumerate"
	"github.com/tdsprobe/tdsprobe/enumerate/render"
	"github.com/tdsprobe/tdsprobe/internal/schannel"
	"github.com/tdsprobe/tdsprobe/internal/testserver"
)

// An htmlLook is how a page is looked at.
type htmlLook struct {
	scheme, media string
	width         int64
}

func TestHTMLInChromium(t *testing.T) {
	tab := newHTMLTab(t)
	t.Run("pages", func(t *testing.T) { htmlLookedAt(t, tab) })
	t.Run("use", func(t *testing.T) { htmlUsed(t, tab) })
	t.Run("damaged", func(t *testing.T) { htmlDamaged(t, tab) })
}

// htmlLookedAt looks at pages as Chromium shows them: nothing is fetched or
// complained of, and all can be read and reached, in both schemes and on a small
// screen.
func htmlLookedAt(t *testing.T, tab *htmlTab) {
	looks := []htmlLook{{"light", "screen", 1280}, {"dark", "screen", 390}, {"dark", "print", 700}}
	both := scan(t, testserver.Config{OS: "2022", Encryption: testserver.On})
	old := scan(t, testserver.Config{OS: "2008 R2", Refusal: testserver.RefuseAlert})
	unmeasured := scan(t, testserver.Config{Fault: testserver.ErrorToken})
	for _, r := range []*enumerate.Report{both, old, unmeasured} {
		r.Policies, r.Clients = htmlPolicies(), htmlClients() // few: a tree of hundreds takes seconds
	}
	documents := map[string]render.Document{
		"two servers": diagnosed(both, old),
		"unmeasured":  diagnosed(unmeasured),
		"no server":   diagnosed(&enumerate.Report{}),
		"empty":       {},
		"hostile":     htmlHostileDocument(t),
	}
	if long {
		looks = append(looks, htmlLook{"dark", "screen", 1280}, htmlLook{"light", "screen", 390}, htmlLook{"light", "print", 1000})
		for _, os := range schannel.Servers() {
			for name, refusal := range map[string]testserver.Refusal{"FIN": testserver.RefuseFIN, "RST": testserver.RefuseRST, "alert": testserver.RefuseAlert} {
				documents[os+" "+name] = diagnosed(scan(t, testserver.Config{OS: os, Refusal: refusal}))
			}
		}
	}
	for name, d := range documents {
		t.Run(name, func(t *testing.T) {
			tab.show(t, htmlPage(t, d))
			for _, look := range looks {
				tab.look(look)
				require.Empty(t, tab.access(), "%v", look)
			}
			require.Empty(t, append(tab.nameless(), tab.problems()...))
			require.Equal(t, "undefined", htmlEvaluate[string](tab, "typeof owned"))
		})
	}
}

// htmlUsed does with a page what people do.
func htmlUsed(t *testing.T, tab *htmlTab) {
	report := scan(t, testserver.Config{OS: "2022", Encryption: testserver.On}, enumerate.Suites, enumerate.Tolerances)
	report.Clients = htmlClients()
	report.Incomplete = strings.Repeat("a long story ", 1<<18) // more than the 2 MiB of other addresses
	page := htmlPage(t, diagnosed(report))
	for name, use := range map[string]func(*testing.T, *htmlTab){"seen": htmlSeen, "printed": htmlPrinted, "tips": htmlTips} {
		t.Run(name, func(t *testing.T) {
			tab.show(t, page)
			use(t, tab)
			require.Empty(t, tab.problems())
		})
	}
	t.Run("saved", func(t *testing.T) {
		tab.show(t, page)
		tab.look(htmlLook{"light", "screen", 1280})
		wanted, err := json.Marshal(report)
		require.NoError(t, err)
		require.JSONEq(t, string(wanted), string(tab.download("a[download]")))
	})
}

// htmlSeen: findings come first, and the style sheet holds.
func htmlSeen(t *testing.T, tab *htmlTab) {
	tab.look(htmlLook{"light", "screen", 1280})
	type look struct {
		Findings, Cells, Below int
		Colours                []string
		Sticky                 string
	}
	seen := htmlEvaluate[look](tab, `(() => {
		const shown = (selector) => [...document.querySelectorAll(selector)].filter((e) => e.checkVisibility() && e.getBoundingClientRect().height > 0);
		return {
			findings: shown(".finding h3").length, cells: shown(".matrix td").length,
			below: shown(".finding").filter((f) => f.getBoundingClientRect().bottom > shown(".matrix")[0].getBoundingClientRect().top).length,
			colours: [...new Set(shown(".matrix td.cell").map((e) => getComputedStyle(e).backgroundColor))],
			sticky: getComputedStyle(document.querySelector(".matrix tbody th")).position,
		};
	})()`)
	require.Positive(t, seen.Findings)
	require.Positive(t, seen.Cells)
	require.Zero(t, seen.Below)
	require.GreaterOrEqual(t, len(seen.Colours), 4, "%v", seen.Colours)
	require.Equal(t, "sticky", seen.Sticky)
}

// htmlPrinted: what is folded on the screen is on paper, which is white, but for
// clients that are not known to fail.
func htmlPrinted(t *testing.T, tab *htmlTab) {
	tab.look(htmlLook{"dark", "print", 700})
	type paper struct {
		Folded, Cut, Connecting, Failing int
		Ground                           string
	}
	printed := htmlEvaluate[paper](tab, `({
		folded: [...document.querySelectorAll("details:not(.kept)")].filter((d) => d.lastElementChild.getBoundingClientRect().height === 0).length,
		cut: [...document.querySelectorAll(".scroll")].filter((e) => e.getBoundingClientRect().right > innerWidth || getComputedStyle(e).overflowX !== "visible").length,
		connecting: [...document.querySelectorAll("tr.kept")].filter((r) => r.getBoundingClientRect().height > 0).length,
		failing: [...document.querySelectorAll(".clients tbody tr:not(.kept)")].filter((r) => r.getBoundingClientRect().height > 0).length,
		ground: getComputedStyle(document.body).backgroundColor,
	})`)
	require.Zero(t, printed.Folded)
	require.Zero(t, printed.Cut)
	require.Zero(t, printed.Connecting)
	require.Equal(t, 1, printed.Failing)
	require.Equal(t, "rgb(255, 255, 255)", printed.Ground)
}

// htmlTips: what was asked for a cell is shown to the mouse and to the keyboard.
func htmlTips(t *testing.T, tab *htmlTab) {
	tab.look(htmlLook{"light", "screen", 390})
	const shown = `(() => {
		const tip = document.querySelector(".cell.closed .tip"), box = tip.getBoundingClientRect();
		return tip.checkVisibility() && box.left >= 0 && box.right <= innerWidth && box.top >= 0 && box.bottom <= innerHeight && tip.innerText.includes("10054");
	})()`
	requireShown := func(want bool, how string) {
		t.Helper()
		require.Equal(t, want, htmlEvaluate[bool](tab, shown), how)
	}
	type point struct{ X, Y float64 }
	at := htmlEvaluate[point](tab, `(() => {
		const button = document.querySelector(".cell.closed button");
		button.scrollIntoView({block: "center", inline: "center", behavior: "instant"});
		button.focus();
		const b = button.getBoundingClientRect();
		return {x: b.x + b.width / 2, y: b.y + b.height / 2};
	})()`)
	requireShown(false, "at first")
	tab.do(chromedp.KeyEvent(kb.Enter))
	requireShown(true, "opened by a key")
	tab.do(chromedp.KeyEvent(kb.Escape))
	requireShown(false, "closed by a key")
	tab.do(chromedp.MouseEvent(chromedp.MouseMoved, at.X, at.Y))
	requireShown(true, "under the mouse")
}
