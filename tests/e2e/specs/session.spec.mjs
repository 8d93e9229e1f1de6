// Signing in and out, and what happens when a session ends under one's hands.
import { Server } from '../support/server.mjs';
import { PASSWORD, expect, signIn, test } from '../support/test.mjs';

test('leads to the page that was asked for', async ({ page, user }) => {
  await page.goto('rounds');
  await expect(page).toHaveURL(/\/sign-in$/);
  await expect(page.getByText('Please sign in again')).toBeVisible();
  await page.getByLabel('E-mail address').fill(user.email);
  await page.getByRole('textbox', { name: 'Password' }).fill(PASSWORD);
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/rounds$/);
  await expect(page.getByRole('heading', { name: 'Rounds' })).toBeVisible();
});

test('says in the same words that the password or the address is wrong', async ({ page, user }) => {
  await page.goto('sign-in');
  for (const email of [user.email, 'nobody@example.org']) {
    await page.getByLabel('E-mail address').fill(email);
    await page.getByRole('textbox', { name: 'Password' }).fill('not the password');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await expect(page.getByRole('alert')).toHaveText('E-mail address or password is wrong.');
  }
});

test('asks for what was left empty before it asks the server', async ({ page }) => {
  await page.goto('sign-in');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByLabel('E-mail address')).toBeFocused();
  await expect(page.getByLabel('E-mail address')).toHaveAccessibleDescription('Please fill this in.');
});

test('shows the password only when it is asked to', async ({ page }) => {
  await page.goto('sign-in');
  const password = page.getByRole('textbox', { name: 'Password' });
  await password.fill(PASSWORD);
  await expect(password).toHaveAttribute('type', 'password');
  await page.getByRole('button', { name: 'Show password' }).click();
  await expect(password).toHaveAttribute('type', 'text');
});

test('signing out ends it, here and in the other window', async ({ signedIn, context }) => {
  const other = await context.newPage();
  await other.goto('settings');
  await expect(other.getByRole('heading', { name: 'Automatic monitoring' })).toBeVisible();
  await signedIn.getByRole('button', { name: /^Account/ }).click();
  await signedIn.getByRole('button', { name: 'Sign out' }).click();
  await expect(signedIn).toHaveURL(/\/sign-in$/);
  await expect(other).toHaveURL(/\/sign-in$/, { timeout: 15_000 });
});

test('a session that ended leads to the sign-in at the next action, and back', async ({ signedIn, user, server }) => {
  // Without its live stream, which would notice by itself, the page learns of it from the action alone.
  await signedIn.route('**/api/v1/events', () => new Promise(() => {}));
  await signedIn.goto('settings');
  await expect(signedIn.getByRole('switch', { name: 'Enable automatic monitoring' })).toBeVisible();
  await server.admin.expect(204, 'POST', `/api/v1/users/${user.id}/password`, { password: PASSWORD });
  await signedIn.getByRole('switch', { name: 'Enable automatic monitoring' }).click();
  await expect(signedIn).toHaveURL(/\/sign-in$/);
  await signedIn.getByLabel('E-mail address').fill(user.email);
  await signedIn.getByRole('textbox', { name: 'Password' }).fill(PASSWORD);
  await signedIn.keyboard.press('Enter');
  await expect(signedIn).toHaveURL(/\/settings$/);
});

test('many wrong passwords have to wait, and are told how long', async ({ page }) => {
  // A server of its own: who waits is also the address, which all tests share.
  const server = await Server.start();
  const { email } = await server.setUp();
  await page.goto(`${server.url}/sign-in`);
  await page.getByLabel('E-mail address').fill(email);
  const password = page.getByRole('textbox', { name: 'Password' });
  await expect(async () => {
    await password.fill('not the password');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await expect(page.getByRole('alert')).toContainText(/Too many attempts\. Try again in \d+ s/, { timeout: 1000 });
  }).toPass({ timeout: 30_000 });
  await server.stop();
});

test('who is not an administrator finds no users page', async ({ page, user }) => {
  await signIn(page, user.email);
  await expect(page.getByRole('link', { name: 'Users' })).toHaveCount(0);
  await page.goto('users');
  await expect(page.getByRole('heading', { name: 'There is nothing here' })).toBeVisible();
});
