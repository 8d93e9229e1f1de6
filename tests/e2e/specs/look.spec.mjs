// Languages, themes, phones.
import { addMonitor, expect, expectNoSidewaysScroll, runRound, signIn, test } from '../support/test.mjs';

const background = (page) => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
const theme = (page) => page.locator('html').getAttribute('data-theme');

test('the language is chosen in the settings, holds after a reload and comes with the account', async ({ signedIn: page, user, browser, baseURL }) => {
  await page.goto('settings/personal');
  await page.getByRole('radio', { name: '简体中文' }).click();
  await expect(page.getByRole('heading', { name: '设置' })).toBeVisible();
  await expect(page.locator('html')).toHaveAttribute('lang', 'zh-CN');
  await page.reload();
  await expect(page.getByRole('heading', { name: '设置' })).toBeVisible();
  await expect.poll(async () => (await user.api.expect(200, 'GET', '/api/v1/me')).language).toBe('zh-CN');

  const elsewhere = await browser.newPage({ baseURL, locale: 'en-US' });
  await signIn(elsewhere, user.email);
  await expect(elsewhere.getByRole('heading', { name: '监控', exact: true })).toBeVisible();
  await elsewhere.close();
});

test('before the sign-in the language is that of the browser, and can be changed', async ({ browser, baseURL }) => {
  const page = await browser.newPage({ baseURL, locale: 'zh-CN' });
  await page.goto('sign-in');
  await expect(page.getByRole('heading', { name: '登录' })).toBeVisible();
  await page.getByRole('combobox', { name: '语言' }).selectOption('en');
  await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible();
  await page.reload();
  await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible();
  await page.close();
});

test('the theme follows the system until one is chosen', async ({ signedIn: page }) => {
  const light = await background(page);
  await page.emulateMedia({ colorScheme: 'dark' });
  await expect.poll(() => theme(page)).toBe('dark');
  expect(await background(page)).not.toBe(light);
  await page.goto('settings/personal');
  await page.getByRole('radio', { name: 'Light' }).click();
  await expect.poll(() => theme(page)).toBe('light');
  await page.reload();
  expect(await theme(page)).toBe('light');
  expect(await background(page)).toBe(light);
});

test('a chosen theme is there before anything is painted', async ({ signedIn: page }) => {
  await page.goto('settings/personal');
  await page.getByRole('radio', { name: 'Dark' }).click();
  await expect.poll(() => theme(page)).toBe('dark');
  // The body does not exist yet when the first script of the head has run.
  await page.addInitScript(() => {
    new MutationObserver((_, observer) => {
      if (!document.body) return;
      window.themeAtBody = document.documentElement.dataset.theme;
      observer.disconnect();
    }).observe(document, { childList: true, subtree: true });
  });
  await page.reload();
  expect(await page.evaluate(() => window.themeAtBody)).toBe('dark');
});

test('times are in the zone of the reader, with UTC on hover', async ({ signedIn: page, user }) => {
  await page.goto('settings');
  const { nextRunAt } = await user.api.expect(200, 'GET', '/api/v1/schedule');
  const time = page.getByRole('definition').first().getByRole('time').first();
  const shanghai = new Intl.DateTimeFormat('en', { timeZone: 'Asia/Shanghai', hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' });
  await expect(time).toContainText(shanghai.format(new Date(nextRunAt)));
  await expect(time).toHaveAttribute('title', `${nextRunAt.slice(0, 19).replace('T', ' ')} UTC`);
});

for (const language of ['en', 'zh-CN'])
  test(`everything fits a phone of 360 px (${language})`, async ({ page, user, server, target }) => {
    await page.setViewportSize({ width: 360, height: 740 });
    await user.api.expect(200, 'PATCH', '/api/v1/me', { language });
    const name = 'A monitor with a name that is far too long for a phone of this width 支付接口监控';
    const monitor = await addMonitor(user.api, name, target.url('/a/rather/long/path/that/does/not/fit?with=query'));
    target.break('/a/rather/long/path/that/does/not/fit?with=query');
    await runRound(user.api);
    await server.admin.expect(200, 'PATCH', `/api/v1/users/${user.id}`, { role: 'admin' });
    await signIn(page, user.email);
    const addresses = [
      '.',
      `monitors/${monitor.id}`,
      `monitors/${monitor.id}/edit`,
      'monitors/new',
      'rounds',
      'settings',
      'settings/personal',
      'settings/password',
      'settings/tokens',
      'users',
      'operations',
    ];
    for (const address of addresses) {
      await page.goto(address);
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
      await expectNoSidewaysScroll(page, address);
    }
    await page.goto(`monitors/${monitor.id}`);
    await page.getByRole('button', { name: /Test now|立即测试/ }).click();
    await expect(page.getByRole('region', { name: /Test result|测试结果/ })).toBeVisible();
    await expectNoSidewaysScroll(page, 'a test result');
    const bar = page.getByRole('navigation', { name: /Main|主导航/ });
    await bar.getByRole('link', { name: /Rounds|执行记录/ }).click();
    await page.getByRole('button', { name: /Show checks|显示检查/ }).click();
    await expect(page.getByRole('list', { name: /round|一轮/ })).toBeVisible();
    await expectNoSidewaysScroll(page, 'the checks of a round');
  });
