// User administration.
import { PASSWORD, expect, signIn, test } from '../support/test.mjs';

const rowOf = (page, text) => page.getByRole('row').filter({ hasText: text });

// Found by the search: all specs share one server, whose users fill more than one page.
async function choose(page, user, action) {
  await page.getByRole('searchbox').fill(user);
  await rowOf(page, user).getByRole('button', { name: /^Actions for/ }).click();
  await page.getByRole('menuitem', { name: action }).click();
}

// `user` first: the list is read once.
test.beforeEach(async ({ page, user: _ }) => {
  await signIn(page, 'ada@example.org');
  await page.goto('users');
});

test('a user is added and can sign in', async ({ page, browser, baseURL }) => {
  await page.getByRole('button', { name: 'Add user' }).click();
  const dialog = page.getByRole('dialog', { name: 'Add user' });
  await dialog.getByRole('button', { name: 'Add user' }).click();
  await expect(dialog.getByLabel('E-mail address')).toHaveAccessibleDescription(/name@example\.org/);
  await dialog.getByLabel('E-mail address').fill('lin@example.cn');
  await dialog.getByLabel('Name (optional)').fill('林晓');
  await dialog.getByRole('textbox', { name: 'First password' }).fill(PASSWORD);
  await dialog.getByLabel('Interval in minutes').fill('1441');
  await dialog.getByRole('button', { name: 'Add user' }).click();
  await expect(dialog.getByLabel('Interval in minutes')).toHaveAccessibleDescription(/from 1 to 1440/);
  await dialog.getByLabel('Interval in minutes').fill('1');
  await dialog.getByRole('button', { name: 'Add user' }).click();
  await expect(dialog).toBeHidden();
  await expect(rowOf(page, '林晓')).toContainText('every minute');

  const other = await browser.newPage({ baseURL });
  await signIn(other, 'lin@example.cn');
  await expect(other.getByRole('heading', { level: 1 })).toBeVisible();
  await other.close();
});

test('an address can be used only once', async ({ page, user }) => {
  await page.getByRole('button', { name: 'Add user' }).click();
  await page.getByLabel('E-mail address').fill(user.email.toUpperCase());
  await page.getByRole('textbox', { name: 'First password' }).fill(PASSWORD);
  await page.getByRole('dialog').getByRole('button', { name: 'Add user' }).click();
  await expect(page.getByLabel('E-mail address')).toHaveAccessibleDescription('This e-mail address is already in use.');
});

test('a user is found by a part of the address', async ({ page, user }) => {
  await page.getByRole('searchbox').fill(user.email.slice(0, 14));
  await expect(page.getByRole('row')).toHaveCount(2);
  await page.getByRole('searchbox').fill('nobody at all');
  await expect(page.getByText('No user matches.')).toBeVisible();
});

test('a role is given and taken', async ({ page, user }) => {
  await choose(page, user.email, 'Make administrator');
  await expect(rowOf(page, user.email)).toContainText('Administrator');
  await user.api.expect(200, 'GET', '/api/v1/users');
  await choose(page, user.email, 'Make ordinary user');
  await expect(rowOf(page, user.email)).not.toContainText('Administrator');
  await user.api.expect(403, 'GET', '/api/v1/users');
});

test('a disabled user is out at once, and back when enabled', async ({ page, user, server }) => {
  await choose(page, user.email, 'Disable');
  await page.getByRole('alertdialog').getByRole('button', { name: 'Disable' }).click();
  await expect(rowOf(page, user.email)).toContainText('Disabled');
  await user.api.expect(401, 'GET', '/api/v1/me');
  await choose(page, user.email, 'Enable');
  await expect(rowOf(page, user.email)).toContainText('Active');
  (await server.signIn(user.email)).close();
});

test('a password is set anew', async ({ page, user, browser, baseURL }) => {
  await choose(page, user.email, 'Set new password');
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox', { name: 'New password' }).fill('short');
  await dialog.getByRole('button', { name: 'Set new password' }).click();
  await expect(dialog.getByRole('textbox', { name: 'New password' })).toHaveAccessibleDescription(/At least 10 characters/);
  await dialog.getByRole('textbox', { name: 'New password' }).fill('a brand new password');
  await dialog.getByRole('button', { name: 'Set new password' }).click();
  await expect(dialog).toBeHidden();
  await user.api.expect(401, 'GET', '/api/v1/me');
  const other = await browser.newPage({ baseURL });
  await signIn(other, user.email, 'a brand new password');
  await other.close();
});

test('a user is deleted with everything', async ({ page, user }) => {
  await choose(page, user.email, 'Delete');
  await page.getByRole('alertdialog').getByRole('button', { name: 'Delete' }).click();
  await expect(rowOf(page, user.email)).toHaveCount(0);
  await user.api.expect(401, 'GET', '/api/v1/me');
});

test('nobody can lock himself out: the own row has no menu', async ({ page }) => {
  await expect(rowOf(page, 'ada@example.org')).toContainText('you');
  await expect(rowOf(page, 'ada@example.org').getByRole('button')).toHaveCount(0);
});
