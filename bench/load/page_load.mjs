// Page with 1,000 monitors and 30 checks of each: when is it there, and when does it answer to typing? In Chromium with an
// empty cache; medians of five, in milliseconds from the start of the navigation:
//   first_row_ms     the first monitor is in the document
//   interactive_ms   a letter was typed into the search as soon as there was one, and the filtered list was painted
//   all_rows_ms      all monitors are in the document
import { createRequire } from 'node:module';

import { PASSWORD, Server } from '../../tests/e2e/support/server.mjs';
import { browser as launchOptions } from '../../tests/e2e/support/browser.mjs';
import { bench, median } from './support/bench.mjs';

const kMonitors = 1000;
const kRuns = 5;
const kRounds = 30;

// The browser tests have it installed.
const { chromium } = createRequire(new URL('../../tests/e2e/package.json', import.meta.url))('@playwright/test');

bench(async (here) => {
  const server = await Server.start();
  here.atEnd(() => server.stop());
  await server.setUp();
  await fill(server);
  const browser = await chromium.launch(launchOptions);
  here.atEnd(() => browser.close());
  const samples = [];
  for (let run = 0; run < kRuns; run += 1) samples.push(await measure(browser, server));
  const of = (name) => Math.round(median(samples.map((sample) => sample[name])));
  return {
    monitors: kMonitors,
    first_row_ms: of('firstRowMs'),
    interactive_ms: of('interactiveMs'),
    all_rows_ms: of('allRowsMs'),
  };
});

/** Monitors of a port of this machine where nobody listens: refused at once, so that every one has a history. */
async function fill({ admin: api, url }) {
  for (let number = 0; number < kMonitors; number += 1) {
    const config = { host: '127.0.0.1', port: number % 4 === 0 ? 1 : Number(new URL(url).port) };
    await api.expect(201, 'POST', '/api/v1/monitors', { name: `Service ${number}`, kind: 'tcp', config });
  }
  for (let round = 1; round <= kRounds; round += 1) {
    await api.expect(202, 'POST', '/api/v1/schedule/run');
    await recorded(api, round);
  }
}

async function recorded(api, count) {
  const end = Date.now() + 60_000;
  while ((await api.expect(200, 'GET', '/api/v1/rounds?limit=50')).items.length < count) {
    if (Date.now() > end) throw new Error(`round ${count} was not recorded within a minute`);
    await new Promise((done) => setTimeout(done, 20));
  }
}

async function measure(browser, server) {
  const context = await browser.newContext({ baseURL: `${server.url}/`, locale: 'en-US', viewport: { width: 1280, height: 860 } });
  const page = await context.newPage();
  await page.goto('sign-in');
  await page.locator('input[type=email]').fill('ada@example.org');
  await page.locator('input[autocomplete=current-password]').fill(PASSWORD);
  await page.keyboard.press('Enter');
  await page.locator('.monitor-row').first().waitFor();

  // A visit with the cookie, and nothing else, from the time before.
  const visit = await context.newPage();
  const session = await visit.context().newCDPSession(visit);
  await session.send('Network.setCacheDisabled', { cacheDisabled: true });
  await page.close();
  await visit.addInitScript(watchFirstRow, kMonitors);
  await visit.goto('.');
  const times = await visit.evaluate(() => window.pageLoad);
  await context.close();
  return times;
}

/** Runs in the page, before anything of it. */
function watchFirstRow(total) {
  window.pageLoad = new Promise((done) => {
    const times = {};
    const rows = () => document.getElementsByClassName('monitor-row').length;
    const type = (text) => {
      const input = document.querySelector('[data-search]');
      Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set.call(input, text);
      input.dispatchEvent(new Event('input', { bubbles: true }));
    };
    const afterPaint = (action) => requestAnimationFrame(() => setTimeout(action));
    const observer = new MutationObserver(() => {
      const now = performance.now();
      const count = rows();
      if (count > 0 && times.firstRowMs === undefined) {
        times.firstRowMs = now;
        setTimeout(() => type('Service 77'));
      } else if (times.firstRowMs !== undefined && times.interactiveMs === undefined) {
        const filtered = [...document.querySelectorAll('.monitor-row a')].every((link) => link.textContent.includes('Service 77'));
        if (!filtered || count === 0) return;
        times.interactiveMs = 0;
        afterPaint(() => {
          times.interactiveMs = performance.now();
          type('');
        });
      } else if (times.interactiveMs > 0 && count >= total) {
        times.allRowsMs = now;
        observer.disconnect();
        done(times);
      }
    });
    observer.observe(document, { childList: true, subtree: true, characterData: true });
  });
}
