// What administrators see of the queue, the processes and the dispatches, and what they do about it.
import { Server } from '../support/server.mjs';
import { addMonitor, expect, expectAccessible, expectNoSidewaysScroll, signIn, test as base } from '../support/test.mjs';

const CRON_SECRET = 'cron-secret-of-the-test';

const test = base.extend({
  server: [
    async ({}, use) => {
      const server = await Server.start({ CRON_SECRET });
      await server.setUp();
      await use(server);
      await server.stop();
    },
    { scope: 'worker', timeout: 30_000 },
  ],
});

const section = (page, name) => page.getByRole('region', { name, exact: true }).first();
const count = (page, state) => section(page, 'Queue').locator('div', { has: page.getByText(state, { exact: true }) }).last().getByRole('definition');

async function callCron(server) {
  const answer = await fetch(`${server.url}/api/cron/one-click-start`, { method: 'POST', headers: { 'x-cron-secret': CRON_SECRET } });
  expect(answer.status).toBe(200);
}

async function pause(page) {
  await page.getByRole('button', { name: 'Pause' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Pause' }).click();
  await expect(page.getByRole('button', { name: 'Resume' })).toBeVisible();
}

/** Answers as if the server were in trouble. */
async function pretend(page, change) {
  await page.route('**/api/v1/operations', async (route) => {
    const answer = await route.fetch();
    await route.fulfill({ response: answer, json: change(await answer.json()) });
  });
}

test.beforeEach(async ({ page, user: _ }) => {
  await signIn(page, 'ada@example.org');
  await page.goto('operations');
  await expect(section(page, 'Queue')).toBeVisible();
});

test.afterEach(async ({ server }) => {
  await server.admin.expect(200, 'POST', '/api/v1/operations/queue/resume');
});

test('the queue, this process and its dispatches are shown, and the figures follow', async ({ page, server, user, target }) => {
  await expect(section(page, 'Queue')).toContainText('Running');
  await expect(section(page, 'Queue')).toContainText('In this process');
  const process = section(page, 'Processes').getByRole('row').nth(1);
  await expect(process).toContainText('Alive');
  await expect(process).toContainText('up · ');
  await expect(process).toContainText('0 of 2');

  await addMonitor(user.api, 'Home page', target.url());
  const before = Number(await count(page, 'Completed').textContent());
  await user.api.expect(202, 'POST', '/api/v1/schedule/run');
  await expect.poll(async () => Number(await count(page, 'Completed').textContent()), { timeout: 15_000 }).toBeGreaterThan(before);
  await expect(page.getByRole('heading', { name: 'Lateness, last 15 min' })).toBeVisible();

  await callCron(server);
  await expect(section(page, 'Dispatches').getByRole('row').nth(1)).toContainText('Cron', { timeout: 15_000 });
});

test('a paused queue starts nothing, says so on every page, and goes on when it is resumed', async ({ page, user, target }) => {
  await addMonitor(user.api, 'Home page', target.url());
  await page.getByRole('button', { name: 'Pause' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Cancel' }).click();
  await expect(section(page, 'Queue')).toContainText('Running');
  await pause(page);
  await expect(section(page, 'Queue')).toContainText('Paused');
  await expect(section(page, 'Needs attention')).toContainText('The queue is paused');

  await user.api.expect(202, 'POST', '/api/v1/schedule/run');
  await expect(count(page, 'Waiting')).toHaveText('1', { timeout: 15_000 });
  await page.getByRole('radio', { name: 'Waiting' }).check();
  await expect(section(page, 'Jobs')).toContainText(user.email, { timeout: 15_000 });

  await page.goto('users');
  await page.getByRole('link', { name: 'Open operations' }).click();
  await expect(page.getByRole('heading', { name: 'Operations' })).toBeVisible();
  await page.getByRole('button', { name: 'Resume' }).click();
  await expect(count(page, 'Waiting')).toHaveText('0', { timeout: 15_000 });
  await page.getByRole('radio', { name: 'Completed' }).check();
  await expect(section(page, 'Jobs')).toContainText(user.email, { timeout: 15_000 });
  await expect(section(page, 'Needs attention')).toHaveCount(0);
});

test('jobs are removed by their state', async ({ page, user }) => {
  await pause(page);
  await user.api.expect(202, 'POST', '/api/v1/schedule/run');
  await expect(count(page, 'Waiting')).toHaveText('1', { timeout: 15_000 });
  await page.getByRole('button', { name: 'Remove jobs…' }).click();
  const dialog = page.getByRole('alertdialog', { name: 'Remove jobs' });
  await dialog.getByRole('radio', { name: 'Waiting' }).check();
  await expect(dialog).toContainText('still due are dispatched again');
  await dialog.getByRole('radio', { name: 'Over 1 day' }).check();
  await dialog.getByRole('button', { name: 'Remove' }).click();
  await expect(page.getByText('0 jobs removed.')).toBeVisible();
  await page.getByRole('button', { name: 'Remove jobs…' }).click();
  await dialog.getByRole('radio', { name: 'Waiting' }).check();
  await dialog.getByRole('button', { name: 'Remove' }).click();
  await expect(page.getByText('1 job removed.')).toBeVisible();
  // He wanted a round, and is dispatched anew.
  await expect(count(page, 'Waiting')).toHaveText('1', { timeout: 15_000 });
  const before = Number(await count(page, 'Completed').textContent());
  await page.getByRole('button', { name: 'Resume' }).click();
  await expect.poll(async () => Number(await count(page, 'Completed').textContent()), { timeout: 15_000 }).toBeGreaterThan(before);
});

test('what keeps rounds from running is said to administrators on all pages, to others on none', async ({ page, user, browser, baseURL }) => {
  const warn = (page) =>
    page.route('**/api/v1/operations/warnings', (route) =>
      route.fulfill({ json: { items: [{ code: 'no_consumer', since: null, reason: null }], nextCursor: null } }),
    );
  await warn(page);
  for (const address of ['.', 'settings', 'users']) {
    await page.goto(address);
    await expect(page.getByText('No worker is consuming')).toBeVisible();
  }
  const theirs = await browser.newPage({ baseURL });
  await warn(theirs);
  await signIn(theirs, user.email);
  await expect(theirs.getByText('No worker is consuming')).toHaveCount(0);
  await expect(theirs.getByRole('link', { name: 'Operations' })).toHaveCount(0);
  await theirs.goto('operations');
  await expect(theirs.getByRole('heading', { name: 'There is nothing here' })).toBeVisible();
  await theirs.close();
});

test('a queue that is away is told with its reason, and nothing can be done to it', async ({ page }) => {
  const since = new Date(Date.now() - 5 * 60_000).toISOString();
  const reason = 'no connection to redis.example.org:6379: Connection refused';
  await pretend(page, (seen) => ({
    ...seen,
    queue: { engine: 'bullmq', reachable: false, error: reason, paused: null, counts: null, consumers: null },
    warnings: [{ code: 'degraded', since, reason }],
  }));
  await page.reload();
  await expect(section(page, 'Needs attention')).toContainText('The queue is away');
  await expect(section(page, 'Needs attention')).toContainText(reason);
  await expect(section(page, 'Queue')).toContainText('Not reachable');
  await expect(section(page, 'Queue').getByRole('button')).toHaveCount(0);
  await expectAccessible(page, 'operations without a queue');
});

test('failed jobs say why and are retried', async ({ page }) => {
  const failed = {
    ...{ id: 'monitor-k3v7m2q9x4t8w6zb-17', userId: 'k3v7m2q9x4t8w6zb', email: 'grace@example.org', attempts: 2 },
    ...{ reason: 'the database refused the results', addedAt: new Date().toISOString(), dueAt: null },
    ...{ startedAt: new Date().toISOString(), finishedAt: new Date().toISOString() },
  };
  await pretend(page, (seen) => ({ ...seen, queue: { ...seen.queue, counts: { ...seen.queue.counts, failed: 1 } } }));
  await page.route('**/api/v1/operations/queue/jobs?state=failed*', (route) =>
    route.fulfill({ json: { items: [failed], nextCursor: null } }),
  );
  await page.reload();
  await expect(section(page, 'Jobs').getByRole('row').nth(1)).toContainText('the database refused the results');
  await page.getByRole('button', { name: 'Retry failed jobs' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Retry failed jobs' }).click();
  await expect(page.getByText('0 jobs wait again.')).toBeVisible();
});

test('everything is accessible and fits a phone', async ({ page }) => {
  await expectAccessible(page, 'operations');
  await page.getByRole('button', { name: 'Remove jobs…' }).click();
  await expect(page.getByRole('alertdialog')).toBeVisible();
  await expectAccessible(page, 'removing jobs');
  await page.setViewportSize({ width: 360, height: 740 });
  await expectNoSidewaysScroll(page, 'removing jobs');
  await page.getByRole('button', { name: 'Cancel' }).click();
  await expectNoSidewaysScroll(page, 'operations');
});
