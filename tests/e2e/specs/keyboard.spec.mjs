// Without a mouse.
import { addMonitor, expect, runRound, test } from '../support/test.mjs';

test('single keys search, make a monitor, and show what keys there are', async ({ signedIn: page, user, target }) => {
  await addMonitor(user.api, 'Mail', target.url('/mail'));
  await expect(page.getByRole('link', { name: 'Mail' })).toBeVisible();
  await page.keyboard.press('/');
  await expect(page.getByRole('searchbox')).toBeFocused();
  await page.keyboard.type('no/n?');
  await expect(page.getByRole('searchbox')).toHaveValue('no/n?');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('searchbox')).toHaveValue('');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('searchbox')).not.toBeFocused();

  await page.keyboard.press('?');
  const sheet = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
  await expect(sheet).toBeVisible();
  await page.keyboard.press('n');
  await expect(sheet).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(sheet).toBeHidden();

  await page.keyboard.press('n');
  await expect(page).toHaveURL(/\/monitors\/new$/);
  await expect(page.getByLabel('Address')).toBeFocused();
});

test('the search key leads to the dashboard from where there is no search', async ({ signedIn: page }) => {
  await page.goto('rounds');
  await expect(page.getByRole('heading', { name: 'Rounds' })).toBeVisible();
  await page.keyboard.press('/');
  await expect(page.getByRole('heading', { name: 'Monitors' })).toBeVisible();
});

test('single keys can be switched off', async ({ signedIn: page }) => {
  await page.goto('settings/personal');
  await page.getByRole('switch', { name: 'Keyboard shortcuts' }).click();
  await page.goto('.');
  await expect(page.getByRole('heading', { name: 'Monitors' })).toBeVisible();
  await page.keyboard.press('n');
  await page.keyboard.press('?');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await expect(page).not.toHaveURL(/new/);
});

test('the first tab stop skips to the content', async ({ signedIn: page }) => {
  await page.reload();
  await expect(page.getByRole('heading', { name: 'Monitors' })).toBeVisible();
  await page.keyboard.press('Tab');
  const skip = page.getByRole('button', { name: 'Skip to content' });
  await expect(skip).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('main')).toBeFocused();
});

test('a monitor is made, opened and deleted with keys alone', async ({ signedIn: page, target }) => {
  await page.keyboard.press('n');
  await expect(page.getByLabel('Address')).toBeFocused();
  await page.keyboard.type(target.url('/keys'));
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: /\/keys/ })).toBeVisible();

  const remove = page.getByRole('button', { name: 'Delete monitor' });
  await remove.focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('alertdialog')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('alertdialog')).toBeHidden();
  await expect(remove).toBeFocused();
  await page.keyboard.press('Enter');
  await page.getByRole('alertdialog').getByRole('button', { name: 'Delete monitor' }).focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'Nothing is watched yet' })).toBeVisible();
});

test('the bars of a heartbeat are read with the arrow keys', async ({ signedIn: page, user, target }) => {
  const monitor = await addMonitor(user.api, 'Read', target.url('/read'));
  await runRound(user.api);
  await page.goto(`monitors/${monitor.id}`);
  const bar = page.getByRole('slider', { name: /Checks over time/ });
  await bar.focus();
  await page.keyboard.press('End');
  await expect(bar).toHaveAttribute('aria-valuetext', /1 up, 0 down, 0 unknown/);
  await page.keyboard.press('Home');
  await expect(bar).toHaveAttribute('aria-valuetext', /no checks/);
});

test('a new page takes the focus and begins at its top', async ({ signedIn: page }) => {
  await page.getByRole('link', { name: 'Rounds' }).click();
  await expect(page.getByRole('heading', { name: 'Rounds' })).toBeVisible();
  await expect(page.getByRole('main')).toBeFocused();
  expect(await page.evaluate(() => window.scrollY)).toBe(0);
});

test('tabs and menus are moved through with arrows', async ({ signedIn: page, user, target }) => {
  const monitor = await addMonitor(user.api, 'Tabs', target.url('/tabs'));
  await page.goto(`monitors/${monitor.id}`);
  await page.getByRole('tab', { name: 'Checks' }).focus();
  await page.keyboard.press('ArrowRight');
  await expect(page.getByRole('tab', { name: 'Incidents' })).toHaveAttribute('aria-selected', 'true');
});

test('whatever has the focus shows it', async ({ signedIn: page, user, target }) => {
  await addMonitor(user.api, 'Focus', target.url('/focus'));
  await expect(page.getByRole('link', { name: 'Focus' })).toBeVisible();
  const unseen = [];
  for (let stop = 0; stop < 18; stop += 1) {
    await page.keyboard.press('Tab');
    const state = await page.evaluate(() => {
      const element = document.activeElement;
      if (!element || element === document.body) return null;
      const rings = [element, element.closest('label')].filter(Boolean).flatMap((node) => [
        getComputedStyle(node).outlineStyle !== 'none' && getComputedStyle(node).outlineWidth !== '0px',
        getComputedStyle(node, '::before').outlineStyle !== 'none' && getComputedStyle(node, '::before').content !== 'none',
      ]);
      return { name: element.outerHTML.slice(0, 120), seen: rings.some(Boolean) };
    });
    if (state && !state.seen) unseen.push(state.name);
  }
  expect(unseen).toEqual([]);
});
