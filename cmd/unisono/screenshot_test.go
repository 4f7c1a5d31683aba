package main

import (
	"os"
	"testing"

	"github.com/chromedp/chromedp"
)

// TestScreenshot draws the picture of the playground in the README, where UNISONO_SCREENSHOT names the file; make picture does so.
func TestScreenshot(t *testing.T) {
	path := os.Getenv("UNISONO_SCREENSHOT")
	if path == "" {
		t.Skip("a picture is drawn where UNISONO_SCREENSHOT names a file")
	}
	p := open(t, browser(t), demoHouse(t).url, 1360, 800)
	p.press(t, "Show the same product to a technician")
	contains(t, p.answered(t), "Prima di aprire")
	p.shows(t, ".why", "Fragments: 2, products: 1.")
	eval[bool](t, p, `(document.activeElement.blur(), true)`)
	png, err := chromedp.Run(p.ctx, chromedp.CaptureScreenshot())
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, png, 0o600); err != nil {
		t.Fatal(err)
	}
}
