// How the page is served: below a base path, under its content policy, compressed, and from nowhere else.
import { expect, test as base } from '@playwright/test';
import { Server } from '../support/server.mjs';
import { signIn, watchErrors } from '../support/test.mjs';

const test = base.extend({
  below: [
    async ({}, use) => {
      const server = await Server.start({ BASE_PATH: '/wb' });
      await server.setUp();
      await use(server);
      await server.stop();
    },
    { scope: 'worker' },
  ],
  baseURL: async ({ below }, use) => use(`${below.url}/`),
});

test('works below a base path, also when a deep address is opened', async ({ page, below }) => {
  const errors = watchErrors(page);
  const foreign = [];
  page.on('request', (request) => {
    if (!request.url().startsWith(`${below.url}/`)) foreign.push(request.url());
  });
  await page.goto('settings/tokens');
  await signIn(page, 'ada@example.org');
  await page.goto('settings/tokens');
  await expect(page.getByRole('heading', { name: 'API tokens' })).toBeVisible();
  await page.getByRole('link', { name: 'Monitors', exact: true }).click();
  await expect(page).toHaveURL(new RegExp(`^${below.url}/?$`));
  await expect(page.getByRole('banner').getByRole('status')).toHaveText('Live');
  expect(foreign).toEqual([]);
  expect(errors).toEqual([]);
});

test('asks for no more than it may, and gets it compressed', async ({ page, request }) => {
  const scripts = [];
  page.on('response', (response) => {
    if (response.request().resourceType() === 'script') scripts.push(response);
  });
  await signIn(page, 'ada@example.org');
  await expect(page.getByRole('heading', { name: 'Nothing is watched yet' })).toBeVisible();
  const sizes = await Promise.all(scripts.map(async (response) => (await response.request().sizes()).responseBodySize));
  for (const response of scripts) expect(response.headers()['content-encoding'], response.url()).toMatch(/^(br|gzip)$/);
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(180 * 1024);

  const index = await request.get('.');
  const policy = index.headers()['content-security-policy'];
  expect(policy).toContain("script-src 'self'");
  expect(policy).not.toMatch(/unsafe|https?:|\*/);
  expect(await index.text()).not.toMatch(/<style|<script>|\sstyle=|\son\w+=/);
});

test('files with a hash in their name are kept, the page itself is asked for again', async ({ request }) => {
  const index = await request.get('.');
  expect(index.headers()['cache-control']).toContain('no-cache');
  const [asset] = /assets\/index-[\w-]+\.js/.exec(await index.text()) ?? [];
  const script = await request.get(asset ?? '');
  expect(script.headers()['cache-control']).toContain('immutable');
});
