// What happens on the server shows without a reload, and the page says when it cannot know.
import { addMonitor, expect, runRound, test } from '../support/test.mjs';
import { Server } from '../support/server.mjs';
import { signIn } from '../support/test.mjs';

test('a state changes on the open dashboard, and shows in the title', async ({ signedIn: page, user, target }) => {
  await addMonitor(user.api, 'Shop', target.url('/live'));
  const row = page.getByRole('listitem').filter({ hasText: 'Shop' });
  await expect(row).toContainText('Pending');
  await runRound(user.api);
  await expect(row).toContainText('Up');
  target.break('/live');
  await runRound(user.api);
  await expect(row).toContainText('Down');
  await expect(row).toContainText('Unexpected status');
  await expect(page).toHaveTitle(/^\(1\) /);
  target.mend('/live');
  await runRound(user.api);
  await expect(row).toContainText('Up');
  await expect(page).not.toHaveTitle(/^\(/);
  await expect(row.getByRole('img', { name: /Last 3 checks: 2 up, 1 down/ })).toBeVisible();
});

test('what is made, changed or deleted elsewhere appears here', async ({ signedIn: page, user, target }) => {
  const monitor = await addMonitor(user.api, 'Made elsewhere', target.url('/elsewhere'));
  await expect(page.getByRole('link', { name: 'Made elsewhere' })).toBeVisible();
  await user.api.expect(200, 'PATCH', `/api/v1/monitors/${monitor.id}`, { name: 'Renamed elsewhere' });
  await expect(page.getByRole('link', { name: 'Renamed elsewhere' })).toBeVisible();
  await user.api.expect(204, 'DELETE', `/api/v1/monitors/${monitor.id}`);
  await expect(page.getByRole('heading', { name: 'Nothing is watched yet' })).toBeVisible();
});

test('the running round shows how many are checked', async ({ signedIn: page, user, target }) => {
  for (let number = 1; number <= 3; number += 1) await addMonitor(user.api, `Slow ${number}`, target.url(`/slow${number}`));
  await page.goto('settings');
  target.hold('/slow');
  await page.getByRole('button', { name: 'Run now' }).click();
  await expect(page.getByText('0 of 3 checked')).toBeVisible();
  await expect.poll(() => target.waiting).toBe(3);
  target.release(1);
  await expect(page.getByText('1 of 3 checked')).toBeVisible();
  target.release();
  await expect(page.getByText(/Round finished in .*: 3 up, 0 down, 0 unknown\./)).toBeVisible();
});

test('the page says when the server is away, and catches up when it is back', async ({ page, target }) => {
  const server = await Server.start();
  await server.setUp();
  const monitor = await addMonitor(server.admin, 'Restarted', target.url('/restarted'));
  await page.goto(`${server.url}/sign-in`);
  await page.getByLabel('E-mail address').fill('ada@example.org');
  await page.getByRole('textbox', { name: 'Password' }).fill('correct horse battery staple');
  await page.keyboard.press('Enter');
  const mark = page.getByRole('banner').getByRole('status');
  await expect(mark).toHaveText('Live');
  await server.interrupt();
  await expect(mark).toHaveText(/Reconnecting|Offline/);
  await server.resume();
  await expect(mark).toHaveText('Live', { timeout: 20_000 });
  await server.admin.expect(200, 'PATCH', `/api/v1/monitors/${monitor.id}`, { name: 'Back again' });
  await expect(page.getByRole('link', { name: 'Back again' })).toBeVisible();
  await server.stop();
});

test('one stream serves the whole visit', async ({ page, user }) => {
  let streams = 0;
  page.on('request', (request) => {
    if (request.url().endsWith('/api/v1/events')) streams += 1;
  });
  await signIn(page, user.email);
  for (const name of ['Rounds', 'Settings', 'Monitors']) await page.getByRole('link', { name, exact: true }).click();
  await expect(page.getByRole('banner').getByRole('status')).toHaveText('Live');
  expect(streams).toBe(1);
});
