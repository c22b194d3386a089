package render_test

import (
	"context"
	_ "embed"
	"encoding/json"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/accessibility"
	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
)

//go:embed testdata/access.js
var htmlAccess string

// htmlBrowser starts Chromium, without a network.
func htmlBrowser(t *testing.T) context.Context {
	t.Helper()
	path, err := exec.LookPath("chromium")
	if err != nil {
		t.Skip("chromium is not installed: Debian package chromium")
	}
	patience := 2 * time.Minute
	if long {
		patience = 10 * time.Minute
	}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewExecAllocator(ctx, append(slices.Clone(chromedp.DefaultExecAllocatorOptions[:]),
		chromedp.ExecPath(path), chromedp.NoSandbox, // which root cannot have
		chromedp.Flag("host-resolver-rules", "MAP * ~NOTFOUND"))...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	require.NoError(t, chromedp.Do(ctx))
	return ctx
}

// An htmlTab shows one page after another, and keeps what the browser says of each.
type htmlTab struct {
	context.Context
	t       *testing.T // that looks at the page
	address string
	mu      sync.Mutex
	said    []string
}

// newHTMLTab opens an empty tab.
func newHTMLTab(t *testing.T) *htmlTab {
	t.Helper()
	tab := &htmlTab{Context: htmlBrowser(t), t: t}
	require.NoError(t, chromedp.Listen(tab, tab.listen))
	htmlCall(tab, emulation.SetFocusEmulationEnabled, emulation.SetFocusEmulationEnabledParams{Enabled: true})
	htmlCall(tab, log.Enable, cdp.Empty{})
	htmlCall(tab, network.Enable, network.EnableParams{})
	return tab
}

// show shows a page.
func (tab *htmlTab) show(t *testing.T, page []byte) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "report.html")
	require.NoError(t, os.WriteFile(file, page, 0o600))
	tab.t = t
	tab.problems() // what was said of the page before has come by then
	tab.mu.Lock()
	tab.address, tab.said = (&url.URL{Scheme: "file", Path: file}).String(), nil
	tab.mu.Unlock()
	tab.do(chromedp.Navigate(tab.address))
}

func (tab *htmlTab) listen(event any) {
	tab.mu.Lock()
	defer tab.mu.Unlock()
	if text := htmlSaid(event, tab.address); text != "" {
		tab.said = append(tab.said, text)
	}
}

// htmlSaid says what an event means, empty if it is as it should be.
func htmlSaid(event any, address string) string {
	switch e := event.(type) {
	case *log.EventEntryAdded:
		return string(e.Entry.Source) + ": " + e.Entry.Text
	case *runtime.EventConsoleAPICalled:
		return "console: " + string(e.Type)
	case *runtime.EventExceptionThrown:
		return "exception: " + e.ExceptionDetails.Text
	case *network.EventRequestWillBeSent:
		if e.Request.URL != address {
			return "request: " + e.Request.URL
		}
	}
	return ""
}

func (tab *htmlTab) do(steps ...chromedp.Action[chromedp.Void]) {
	tab.t.Helper()
	require.NoError(tab.t, chromedp.Do(tab, steps...))
}

func htmlCall[P, R any](tab *htmlTab, command cdp.Command[P, R], params P) R {
	tab.t.Helper()
	result, err := chromedp.Call(tab, command, params)
	require.NoError(tab.t, err)
	return result
}

func htmlEvaluate[T any](tab *htmlTab, script string) T {
	tab.t.Helper()
	result, err := chromedp.Run(tab, chromedp.Evaluate[T](script))
	require.NoError(tab.t, err)
	return result
}

// problems returns what the browser said so far.
func (tab *htmlTab) problems() []string {
	htmlEvaluate[int](tab, "0") // what was said before has come by then
	tab.mu.Lock()
	defer tab.mu.Unlock()
	return slices.Clone(tab.said)
}

// look sets what the page is looked at with.
func (tab *htmlTab) look(l htmlLook) {
	tab.t.Helper()
	tab.do(chromedp.EmulateViewport(l.width, 900))
	htmlCall(tab, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Media: l.media, Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: l.scheme}},
	})
}

// access returns what in the looks of the page and in its order keeps people from
// using it.
func (tab *htmlTab) access() []string {
	tab.t.Helper()
	return htmlEvaluate[[]string](tab, htmlAccess)
}

// htmlNamedRoles are the roles that need a name.
var htmlNamedRoles = []string{"link", "button", "region", "image", "DisclosureTriangle", "navigation", "table", "figure", "RootWebArea"}

// nameless returns what a screen reader has no name for.
func (tab *htmlTab) nameless() []string {
	tab.t.Helper()
	var problems []string
	for _, n := range htmlCall(tab, accessibility.GetFullAXTree, accessibility.GetFullAXTreeParams{}).Nodes {
		role := htmlValue(n.Role)
		if !n.Ignored && slices.Contains(htmlNamedRoles, role) && strings.TrimSpace(htmlValue(n.Name)) == "" {
			problems = append(problems, "no name: "+role)
		}
	}
	return problems
}

// htmlValue is the text of a value of the accessibility tree.
func htmlValue(v *accessibility.Value) string {
	var text string
	if v != nil {
		_ = json.Unmarshal(v.Value, &text) // empty if it is no text
	}
	return text
}

// download returns what the first link that matches saves.
func (tab *htmlTab) download(selector string) []byte {
	tab.t.Helper()
	dir, told := tab.t.TempDir(), true
	_, err := chromedp.CallBrowser(tab, browser.SetDownloadBehavior, browser.SetDownloadBehaviorParams{
		Behavior: browser.SetDownloadBehaviorBehaviorAllow, DownloadPath: dir, EventsEnabled: &told,
	})
	require.NoError(tab.t, err)
	states := chromedp.BrowserEvents(tab, browser.DownloadProgress)
	tab.do(chromedp.Click(chromedp.CSS(selector)))
	for progress, err := range states {
		require.NoError(tab.t, err)
		if progress.State != browser.DownloadProgressStateInProgress {
			require.Equal(tab.t, browser.DownloadProgressStateCompleted, progress.State)
			break
		}
	}
	files, err := filepath.Glob(filepath.Join(dir, "*.json"))
	require.NoError(tab.t, err)
	require.Len(tab.t, files, 1)
	data, err := os.ReadFile(files[0])
	require.NoError(tab.t, err)
	return data
}
