// Opens pages in headless Chromium, one after another, and tells how each panel
// fares. Reads what to do as JSON from standard input, and answers the same way:
//   {"chromium": "/usr/bin/chromium", "profile": "a folder of its own", "pages": [{"url": "…", "width": 1600, "picture": "file.png or nothing"}]}
//   [{"url": "…", "state": "ready", "error": "", "panels": [{"id", "title", "state", "error", "drawn"}], "links": ["/d/…"], "complaints": ["…"]}]
import { text } from 'node:stream/consumers';
import { chromium } from 'playwright-core';

const timeout = 60_000;

// Without the sandbox, as root has none; and without the updates and the like that
// Chromium otherwise asks the network for.
const flags = [
  '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync',
];

const { chromium: executablePath, profile, pages } = JSON.parse(await text(process.stdin));
const browser = await chromium.launchPersistentContext(profile, { executablePath, args: flags, deviceScaleFactor: 1 });
try {
  const seen = [];
  for (const page of pages) {
    seen.push(await look(page));
  }
  console.log(JSON.stringify(seen));
} finally {
  await browser.close();
}

async function look({ url, width, picture }) {
  const complaints = [];
  const complain = (text) => complaints.push(text.split('\n')[0].slice(0, 300));
  const page = await browser.newPage();
  page.on('console', (message) => message.type() === 'error' && complain(`console: ${message.text()} ${message.location().url}`));
  page.on('pageerror', (error) => complain(`uncaught: ${error.message}`));
  // What is aborted is an icon whose panel was drawn anew.
  page.on('requestfailed', (request) => request.failure()?.errorText !== 'net::ERR_ABORTED' && complain(`request failed: ${request.url()}: ${request.failure()?.errorText}`));
  await page.setViewportSize({ width, height: 1000 });
  await page.goto(url, { timeout });
  await page.waitForSelector('body[data-dashboard-state=ready], body[data-dashboard-state=error]', { timeout, state: 'attached' });
  const body = await page.locator('body').evaluate(({ dataset }) => ({ state: dataset.dashboardState, error: dataset.dashboardError ?? '' }));
  // All of it in view, as tables draw only the rows that are.
  const height = await page.evaluate(() => document.documentElement.scrollHeight);
  await page.setViewportSize({ width, height });
  await page.evaluate(() => new Promise((done) => setTimeout(done, 500))); // canvases and tables do not tell when they are done
  const panels = await page.locator('[data-panel-id]').evaluateAll((elements) =>
    elements.map((element) => ({
      id: Number(element.dataset.panelId),
      title: element.dataset.panelTitle,
      state: element.dataset.panelState,
      error: element.dataset.panelError ?? '',
      // A chart's canvas, a table's cell, or whatever else is written besides the title.
      drawn: element.querySelector('canvas, [role=gridcell]') !== null || element.innerText.trim() !== element.dataset.panelTitle,
    }))
  );
  const links = await page.locator('a[href^="/d/"]').evaluateAll((anchors) => anchors.map((anchor) => anchor.pathname));
  if (picture) {
    await page.screenshot({ path: picture, animations: 'disabled' });
  }
  await page.close();
  return { url, ...body, panels, links: [...new Set(links)], complaints };
}
