// My rhythm, my account, my password, my tokens.
import { PASSWORD, addMonitor, expect, signIn, test } from '../support/test.mjs';

test.describe('monitoring', () => {
  test('shows the next run with a countdown, and after a run how it went', async ({ signedIn: page, user, target }) => {
    await addMonitor(user.api, 'Sick', target.url('/sick'));
    target.break('/sick');
    await page.goto('settings');
    await expect(page.getByText('Not run yet')).toBeVisible();
    const timer = page.getByRole('timer');
    const first = await timer.textContent();
    expect(first).toMatch(/^in \d+:\d\d(:\d\d)?$/);
    await expect(timer).not.toHaveText(first ?? '');

    await page.getByRole('button', { name: 'Run now' }).click();
    await expect(page.getByText(/Round finished in .*: 0 up, 1 down, 0 unknown\./)).toBeVisible();
    const facts = page.getByRole('definition');
    await expect(facts.filter({ hasText: 'Failed' })).toBeVisible();
    await expect(facts.filter({ hasText: /^[\d.]+ m?s$/ })).toBeVisible();
    await expect(page.getByText('Not run yet')).toBeHidden();
  });

  for (const text of ['0', '1441', '1.5', '', 'five', '-3'])
    test(`refuses the interval "${text}" while it is typed`, async ({ signedIn: page, user }) => {
      await page.goto('settings');
      const interval = page.getByLabel('Interval in minutes');
      await interval.fill(text);
      await expect(interval).toHaveAccessibleDescription(/Enter a whole number from 1 to 1440\./);
      await interval.press('Enter');
      await expect(interval).toBeFocused();
      expect(await user.api.expect(200, 'GET', '/api/v1/schedule')).toMatchObject({ intervalMinutes: 5 });
    });

  test('takes an interval from 1 to 1440, typed or chosen', async ({ signedIn: page, user }) => {
    await page.goto('settings');
    const interval = page.getByLabel('Interval in minutes');
    for (const minutes of ['1440', '1', '7']) {
      await interval.fill(minutes);
      await interval.press('Enter');
      await expect(page.getByRole('button', { name: 'Save' })).toBeDisabled();
      await expect
        .poll(async () => (await user.api.expect(200, 'GET', '/api/v1/schedule')).intervalMinutes)
        .toBe(Number(minutes));
    }
    await page.getByRole('button', { name: '15 min', exact: true }).click();
    await expect(interval).toHaveValue('15');
    await page.getByRole('button', { name: 'Discard changes' }).click();
    await expect(interval).toHaveValue('7');
  });

  test('is switched off and on, and off means that nothing runs', async ({ signedIn: page, user }) => {
    await page.goto('settings');
    const enable = page.getByRole('switch', { name: 'Enable automatic monitoring' });
    await enable.click();
    await expect(enable).not.toBeChecked();
    await expect(page.getByText('None while monitoring is off')).toBeVisible();
    await expect(page.getByRole('button', { name: 'Run now' })).toBeDisabled();
    expect(await user.api.expect(200, 'GET', '/api/v1/schedule')).toMatchObject({ enabled: false, nextRunAt: null });
    await enable.click();
    await expect(enable).toBeChecked();
    await expect(page.getByRole('timer')).toBeVisible();
  });

  test('shows what another window changed', async ({ signedIn: page, user }) => {
    await page.goto('settings');
    await user.api.expect(200, 'PATCH', '/api/v1/schedule', { intervalMinutes: 42 });
    await expect(page.getByLabel('Interval in minutes')).toHaveValue('42');
  });
});

test.describe('personal', () => {
  test('a name is kept', async ({ signedIn: page, user }) => {
    await page.goto('settings/personal');
    await page.getByLabel('Name').fill('Grace H.');
    await page.getByRole('button', { name: 'Save' }).click();
    await expect(page.getByRole('status').filter({ hasText: 'Saved.' })).toBeVisible();
    expect(await user.api.expect(200, 'GET', '/api/v1/me')).toMatchObject({ name: 'Grace H.' });
  });

  test('a new address needs the password', async ({ signedIn: page, user }) => {
    await page.goto('settings/personal');
    const address = `new-${user.email}`;
    await page.getByLabel('E-mail address').fill(address);
    await page.getByRole('button', { name: 'Save' }).click();
    const password = page.getByRole('textbox', { name: 'Current password' });
    await expect(password).toHaveAccessibleDescription('Please fill this in.');
    await password.fill('not the password');
    await page.getByRole('button', { name: 'Save' }).click();
    await expect(password).toHaveAccessibleDescription('The current password is wrong.');
    await password.fill(PASSWORD);
    await page.getByRole('button', { name: 'Save' }).click();
    await expect(password).toBeHidden();
    expect(await user.api.expect(200, 'GET', '/api/v1/me')).toMatchObject({ email: address });
  });

  test('a password is changed, and the old one is no longer good', async ({ signedIn: page, user }) => {
    await page.goto('settings/password');
    const [current, next, again] = ['Current password', 'New password', 'New password again'].map((name) =>
      page.getByRole('textbox', { name, exact: true }),
    );
    await current.fill('not the password');
    await next.fill('another good password');
    await again.fill('another bad password');
    await page.getByRole('button', { name: 'Change password' }).click();
    await expect(again).toHaveAccessibleDescription('The two passwords differ.');
    await again.fill('another good password');
    await page.getByRole('button', { name: 'Change password' }).click();
    await expect(current).toHaveAccessibleDescription('The current password is wrong.');
    await current.fill(PASSWORD);
    await page.getByRole('button', { name: 'Change password' }).click();
    await expect(page.getByText('Password changed.')).toBeVisible();
    await page.reload();
    await expect(page.getByRole('heading', { name: 'Change password' })).toBeVisible();
    await page.context().clearCookies();
    await signIn(page, user.email, 'another good password');
  });
});

test('an API token is shown once, works, and is revoked', async ({ signedIn: page, server }) => {
  await page.goto('settings/tokens');
  await page.getByLabel('Name').fill('backup script');
  await page.getByRole('button', { name: 'Create token' }).click();
  const token = await page.locator('code').textContent();
  const headers = { authorization: `Bearer ${token}` };
  const read = () => fetch(`${server.url}/api/v1/me`, { headers }).then((answer) => answer.status);
  expect(await read()).toBe(200);
  await page.reload();
  await expect(page.getByRole('cell', { name: 'backup script', exact: true })).toBeVisible();
  await expect(page.locator('code')).toHaveCount(0);
  await page.getByRole('button', { name: 'Revoke: backup script' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Revoke' }).click();
  await expect(page.getByText('No tokens yet.')).toBeVisible();
  expect(await read()).toBe(401);
});
