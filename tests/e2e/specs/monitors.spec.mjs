// Making, finding, changing and deleting monitors.
import { addMonitor, expect, runRound, test } from '../support/test.mjs';

test('the empty dashboard leads to the first monitor, which turns green', async ({ signedIn: page, target }) => {
  await expect(page.getByRole('heading', { name: 'Nothing is watched yet' })).toBeVisible();
  await page.getByRole('link', { name: 'Add the first monitor' }).click();
  await expect(page.getByLabel('Address')).toBeFocused();
  await page.getByLabel('Address').fill(target.url('/home'));
  await page.getByLabel('Name (optional)').fill('Home page');
  await page.getByRole('button', { name: 'Create monitor' }).click();

  await expect(page.getByRole('heading', { name: 'Home page' })).toBeVisible();
  await expect(page.getByText('Pending')).toBeVisible();
  await page.getByRole('link', { name: 'Monitors', exact: true }).click();
  await page.getByRole('button', { name: 'Run now' }).click();
  const row = page.getByRole('listitem').filter({ hasText: 'Home page' });
  await expect(row).toContainText('Up');
  await expect(row.getByRole('img', { name: /Last 1 checks: 1 up, 0 down/ })).toBeVisible();
  await expect(page.getByText('All 1 up')).toBeVisible();
});

test('a configuration can be tested before it is saved, with its phases', async ({ signedIn: page, target, user }) => {
  await page.goto('monitors/new');
  await page.getByLabel('Address').fill(target.url('/probe'));
  await page.getByRole('button', { name: 'Test now' }).click();
  const report = page.getByRole('region', { name: 'Test result' });
  await expect(report).toContainText('Up');
  await expect(report.getByRole('row', { name: /First byte/ })).toContainText('ms');
  await expect(report).toContainText('HTTP status200');
  expect((await user.api.expect(200, 'GET', '/api/v1/monitors')).items).toEqual([]);
});

test('a port is watched by host and number', async ({ signedIn: page, target }) => {
  await page.goto('monitors/new');
  await page.getByRole('radio', { name: 'Port (TCP)' }).check();
  await page.getByLabel('Host').fill('127.0.0.1');
  await page.getByLabel('Port', { exact: true }).fill('70000');
  await page.getByRole('button', { name: 'Create monitor' }).click();
  await expect(page.getByLabel('Port', { exact: true })).toHaveAccessibleDescription(/from 1 to 65535/);
  await page.getByLabel('Port', { exact: true }).fill(String(target.port));
  await page.getByRole('button', { name: 'Create monitor' }).click();
  await expect(page.getByRole('heading', { name: `127.0.0.1:${target.port}` })).toBeVisible();
});

test('what the server does not allow is said at its field', async ({ signedIn: page }) => {
  await page.goto('monitors/new');
  await page.getByLabel('Address').fill('http://169.254.169.254/latest/meta-data/');
  await page.getByRole('button', { name: 'Create monitor' }).click();
  await expect(page.getByLabel('Address')).toHaveAccessibleDescription(/may not be watched/);
  await expect(page.getByLabel('Address')).toBeFocused();
});

test('a wrong option opens the fold that it is in', async ({ signedIn: page, target }) => {
  await page.goto('monitors/new');
  await page.getByLabel('Address').fill(target.url());
  await page.getByText('More options').click();
  await page.getByLabel('Pattern in the answer').fill('((');
  await page.getByLabel('Headers').fill('no colon here');
  await page.getByText('More options').click();
  await expect(page.getByLabel('Headers')).toBeHidden();
  await page.getByRole('button', { name: 'Create monitor' }).click();
  await expect(page.getByLabel('Headers')).toHaveAccessibleDescription(/One header a line/);
  await page.getByLabel('Headers').fill('Accept: text/plain');
  await page.getByRole('button', { name: 'Create monitor' }).click();
  await expect(page.getByLabel('Pattern in the answer')).toHaveAttribute('aria-invalid', 'true');
});

test('the list is searched, filtered and sorted, and the address keeps it', async ({ signedIn: page, user, target }) => {
  target.break('/shop');
  await addMonitor(user.api, 'Mail', target.url('/mail'));
  await addMonitor(user.api, '支付接口', target.url('/shop'));
  await addMonitor(user.api, 'Archive', target.url('/archive'), { paused: true });
  await runRound(user.api);
  await page.reload();

  const names = page.getByRole('listitem').getByRole('link');
  await expect(names).toHaveText(['支付接口', 'Mail', 'Archive']);
  await expect(page.getByText('1 down', { exact: true })).toBeVisible();
  await page.getByRole('combobox', { name: 'Order' }).selectOption('name');
  await expect(names).toHaveText(['Archive', 'Mail', '支付接口']);
  await page.getByRole('radio', { name: 'Down 1' }).check();
  await expect(names).toHaveText(['支付接口']);
  await page.getByRole('radio', { name: 'All 3' }).check();
  await page.getByRole('searchbox').fill('ARCH');
  await expect(names).toHaveText(['Archive']);
  await page.reload();
  await expect(page.getByRole('searchbox')).toHaveValue('ARCH');
  await expect(names).toHaveText(['Archive']);
  await page.getByRole('searchbox').fill('nothing like it');
  await page.getByRole('button', { name: 'Show all' }).click();
  await expect(names).toHaveCount(3);
  target.mend('/shop');
});

test('a monitor is changed, paused, resumed and deleted', async ({ signedIn: page, user, target }) => {
  const monitor = await addMonitor(user.api, 'Before', target.url('/change'));
  await page.goto(`monitors/${monitor.id}`);
  await page.getByRole('link', { name: 'Edit' }).click();
  await page.getByLabel('Name (optional)').fill('After');
  await page.getByText('More options').click();
  await page.getByLabel('Failures in a row').fill('3');
  await page.getByRole('button', { name: 'Save changes' }).click();
  await expect(page.getByRole('heading', { name: 'After' })).toBeVisible();
  expect(await user.api.expect(200, 'GET', `/api/v1/monitors/${monitor.id}`)).toMatchObject({
    name: 'After',
    failuresBeforeDown: 3,
    config: { url: target.url('/change') },
  });

  await page.getByRole('button', { name: 'Pause' }).click();
  await expect(page.getByText('it is not part of rounds')).toBeVisible();
  await page.getByRole('button', { name: 'Resume' }).click();
  await expect(page.getByText('it is not part of rounds')).toBeHidden();

  await page.getByRole('button', { name: 'Delete monitor' }).click();
  const question = page.getByRole('alertdialog', { name: 'Delete “After”?' });
  await question.getByRole('button', { name: 'Cancel' }).click();
  await expect(question).toBeHidden();
  await page.getByRole('button', { name: 'Delete monitor' }).click();
  await question.getByRole('button', { name: 'Delete monitor' }).click();
  await expect(page.getByRole('heading', { name: 'Nothing is watched yet' })).toBeVisible();
});

test('the page of a monitor shows figures, chart, table, checks and incidents', async ({ signedIn: page, user, target }) => {
  const monitor = await addMonitor(user.api, 'Shop', target.url('/detail'));
  await runRound(user.api);
  target.break('/detail');
  await runRound(user.api);
  await page.goto(`monitors/${monitor.id}`);

  await expect(page.getByRole('alert')).toContainText('Unexpected status 503');
  await expect(page.getByRole('img', { name: /Latency over time/ })).toBeVisible();
  await expect(page.getByText('50%', { exact: true })).toBeVisible();
  await page.getByRole('button', { name: 'Show as table' }).click();
  await expect(page.getByRole('columnheader', { name: 'First byte' })).toBeVisible();

  const checks = page.getByRole('tabpanel').getByRole('row');
  await expect(checks).toHaveCount(3);
  await expect(checks.nth(1)).toContainText('Down');
  await expect(checks.nth(2)).toContainText('Up');
  await page.getByRole('tab', { name: 'Incidents' }).click();
  await expect(page.getByRole('tabpanel').getByRole('row').nth(1)).toContainText('Ongoing');
  target.mend('/detail');
  await runRound(user.api);
  await expect(page.getByRole('tabpanel').getByRole('row').nth(1)).not.toContainText('Ongoing');
  await page.getByRole('tab', { name: 'Configuration' }).click();
  await expect(page.getByRole('tabpanel')).toContainText(target.url('/detail'));
  await page.getByRole('radio', { name: '7 days' }).click();
  await expect(page).toHaveURL(/range=7d/);
});

test('a test now shows its phases and is not recorded', async ({ signedIn: page, user, target }) => {
  const monitor = await addMonitor(user.api, 'Tested', target.url('/tested'));
  await page.goto(`monitors/${monitor.id}`);
  await page.getByRole('button', { name: 'Test now' }).click();
  const report = page.getByRole('region', { name: 'Test result' });
  await expect(report.getByRole('row', { name: /Connect/ })).toContainText('ms');
  await report.getByRole('button', { name: 'Close' }).click();
  await expect(report).toBeHidden();
  expect((await user.api.expect(200, 'GET', `/api/v1/monitors/${monitor.id}/results`)).items).toEqual([]);
});

test('a monitor that is not there says so', async ({ signedIn: page }) => {
  await page.goto('monitors/nothing-like-it');
  await expect(page.getByText('There is no such monitor.')).toBeVisible();
  await page.getByRole('link', { name: 'Back to the monitors' }).click();
  await expect(page.getByRole('heading', { name: 'Monitors' })).toBeVisible();
});
