// The first start: from the printed link to the first monitor. Every test has a server of its own that nobody set up.
import { expect, test as base } from '@playwright/test';
import { PASSWORD, Server } from '../support/server.mjs';
import { Target } from '../support/target.mjs';
import { expectAccessible, watchErrors } from '../support/test.mjs';

const test = base.extend({
  fresh: async ({}, use) => {
    const server = await Server.start();
    await use(server);
    await server.stop();
  },
  page: async ({ page }, use) => {
    const errors = watchErrors(page);
    await use(page);
    expect(errors, 'errors in the console').toEqual([]);
  },
});

test('the printed link leads through language, account, interval and first monitor to a green dashboard', async ({ page, fresh }) => {
  const target = await Target.start();
  await page.goto(fresh.setupLink);
  await expectAccessible(page, 'the choice of language');
  await page.getByRole('button', { name: 'Continue' }).click();

  await page.getByLabel('Name (optional)').fill('Ada');
  await page.getByLabel('E-mail address').fill('ada@example.org');
  await page.getByRole('textbox', { name: 'Password' }).fill(PASSWORD);
  await expectAccessible(page, 'the account step');
  await page.getByRole('button', { name: 'Create the account' }).click();

  await page.getByLabel('Interval in minutes').fill('1');
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByLabel('Address').fill(target.url('/first'));
  await page.getByRole('button', { name: 'Watch it' }).click();

  await expect(page.getByRole('heading', { name: 'Monitors' })).toBeVisible();
  await page.getByRole('button', { name: 'Run now' }).click();
  await expect(page.getByRole('listitem').filter({ hasText: '/first' })).toContainText('Up');
  await target.stop();
});

test('language comes first, and the whole set-up can be done in Chinese', async ({ page, fresh }) => {
  await page.goto(fresh.setupLink);
  await page.getByRole('radio', { name: '简体中文' }).check();
  await expect(page.getByRole('heading', { name: '请选择语言' })).toBeVisible();
  await page.getByRole('button', { name: '继续' }).click();
  await page.getByLabel('邮箱').fill('lin@example.cn');
  await page.getByRole('textbox', { name: '密码' }).fill(PASSWORD);
  await page.getByRole('button', { name: '创建账户' }).click();
  await page.getByRole('button', { name: '跳过' }).click();
  await page.getByRole('button', { name: '跳过' }).click();
  await expect(page.getByRole('heading', { name: '还没有监控' })).toBeVisible();
  await expect(page.locator('html')).toHaveAttribute('lang', 'zh-CN');
});

test('a short password and a wrong address are said beside their fields, and nothing is sent', async ({ page, fresh }) => {
  await page.goto(fresh.setupLink);
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByLabel('E-mail address').fill('ada');
  await page.getByRole('textbox', { name: 'Password' }).fill('short');
  await page.getByRole('button', { name: 'Create the account' }).click();
  await expect(page.getByLabel('E-mail address')).toHaveAccessibleDescription(/name@example\.org/);
  await expect(page.getByLabel('E-mail address')).toBeFocused();
  await expect(page.getByRole('textbox', { name: 'Password' })).toHaveAccessibleDescription(/At least 10 characters/);
});

test('a wrong token is refused with what to do, and without a token there is no form', async ({ page, fresh }) => {
  await page.goto(fresh.setupLink.replace(/#.*/, '#token=wrong'));
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByLabel('E-mail address').fill('eve@example.org');
  await page.getByRole('textbox', { name: 'Password' }).fill(PASSWORD);
  await page.getByRole('button', { name: 'Create the account' }).click();
  await expect(page.getByRole('alert')).toContainText('This set-up link is not valid');

  await page.goto('about:blank');
  await page.goto(fresh.setupLink.replace(/#.*/, ''));
  await expect(page.getByRole('heading', { name: 'Open the set-up link' })).toBeVisible();
  await expect(page.getByRole('textbox')).toHaveCount(0);
});

test('the link works once', async ({ page, fresh }) => {
  await fresh.setUp();
  await page.goto(fresh.setupLink);
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByLabel('E-mail address').fill('eve@example.org');
  await page.getByRole('textbox', { name: 'Password' }).fill(PASSWORD);
  await page.getByRole('button', { name: 'Create the account' }).click();
  await expect(page.getByRole('alert')).toContainText('already been done');
});

test('until then the sign-in says what is missing', async ({ page, fresh }) => {
  await page.goto(fresh.url);
  await expect(page.getByText('This server has no administrator yet')).toBeVisible();
});
