// The test of all specs: a server and a target of its own for each file, and a page that must not complain.
import AxeBuilder from '@axe-core/playwright';
import { expect, test as base } from '@playwright/test';
import { PASSWORD, Server } from './server.mjs';
import { Target } from './target.mjs';

export { PASSWORD, expect };

/** The browser reports every answer that is not 200 as an error of the console; those are the tests' business. */
const EXPECTED = /^Failed to load resource/;

export const test = base.extend({
  /** `watchbill up` with an administrator, ada@example.org, started once for a file. */
  server: [
    async ({}, use) => {
      const server = await Server.start();
      await server.setUp();
      await use(server);
      await server.stop();
    },
    { scope: 'worker', timeout: 30_000 },
  ],

  target: [
    async ({}, use) => {
      const target = await Target.start();
      await use(target);
      await target.stop();
    },
    { scope: 'worker' },
  ],

  baseURL: async ({ server }, use) => use(`${server.url}/`),

  /** Fails the test for every error in the console: a broken content policy shows there, and nowhere else. */
  page: async ({ page }, use) => {
    const errors = watchErrors(page);
    await use(page);
    expect(errors, 'errors in the console').toEqual([]);
  },

  /** A user of this test alone, with his client: `{email, api, id}`. */
  user: async ({ server }, use, info) => {
    const email = `user-${info.testId.slice(-10)}-${info.repeatEachIndex}@example.org`;
    const { id } = await server.addUser(email, { name: 'Grace' });
    const api = await server.signIn(email);
    await api.expect(200, 'PATCH', '/api/v1/me', { language: 'en' });
    await use({ email, id, api, password: PASSWORD });
    api.close();
  },

  /** The page, signed in as `user`, on the dashboard. */
  signedIn: async ({ page, user }, use) => {
    await signIn(page, user.email);
    await use(page);
  },
});

export function watchErrors(page) {
  const errors = [];
  page.on('console', (message) => {
    if (message.type() === 'error' && !EXPECTED.test(message.text())) errors.push(message.text());
  });
  page.on('pageerror', (error) => errors.push(error.message));
  return errors;
}

/** Through the form, in either language, until the page behind it listens to keys. */
export async function signIn(page, email, password = PASSWORD) {
  await page.goto('sign-in');
  await page.locator('input[type=email]').fill(email);
  await page.locator('input[autocomplete=current-password]').fill(password);
  await page.locator('button[type=submit]').click();
  await expect(page.getByRole('navigation').first()).toBeVisible();
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
}

/** A monitor, made through the interface. */
export async function addMonitor(api, name, url, part = {}) {
  const body = { name, kind: 'http', config: { url }, ...part };
  return api.expect(201, 'POST', '/api/v1/monitors', body);
}

/** Runs a round and waits until it is recorded. */
export async function runRound(api) {
  const before = await api.expect(200, 'GET', '/api/v1/rounds?limit=1');
  await api.expect(202, 'POST', '/api/v1/schedule/run');
  await expect
    .poll(async () => (await api.expect(200, 'GET', '/api/v1/rounds?limit=1')).items[0]?.id)
    .not.toBe(before.items[0]?.id);
}

/** No violation of WCAG 2.2 AA that axe can see. */
export async function expectAccessible(page, what) {
  const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
  const { violations } = await new AxeBuilder({ page }).withTags(tags).analyze();
  const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(' ')).join(' | ')}`);
  expect(found, `accessibility of ${what}`).toEqual([]);
}

/** Nothing makes the page wider than the window. */
export async function expectNoSidewaysScroll(page, what) {
  const excess = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect(excess, `${what} is wider than the window by`).toBeLessThanOrEqual(0);
}
