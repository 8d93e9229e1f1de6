// axe on every page, in both themes; what axe cannot see is in keyboard.spec.mjs.
import { addMonitor, expect, expectAccessible, runRound, signIn, test } from '../support/test.mjs';

for (const colorScheme of ['light', 'dark'])
  test.describe(colorScheme, () => {
    test.use({ colorScheme, reducedMotion: 'reduce' });

    test('every page of an administrator', async ({ page, user, server, target }) => {
      test.slow(); // many pages, and each is looked through
      target.break('/sick');
      await addMonitor(user.api, 'Good', target.url('/good'));
      const sick = await addMonitor(user.api, 'Sick', target.url('/sick'));
      await addMonitor(user.api, 'Paused', target.url('/paused'), { paused: true });
      await runRound(user.api);
      await server.admin.expect(200, 'PATCH', `/api/v1/users/${user.id}`, { role: 'admin' });

      await page.goto('sign-in');
      await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible();
      await expectAccessible(page, 'the sign-in');
      await signIn(page, user.email);
      await expect(page.getByRole('link', { name: 'Sick' })).toBeVisible();
      await expectAccessible(page, 'the dashboard');

      await page.goto(`monitors/${sick.id}`);
      await page.getByRole('button', { name: 'Test now' }).click();
      await expect(page.getByRole('region', { name: 'Test result' })).toBeVisible();
      await expect(page.getByRole('img', { name: /Latency over time/ })).toBeVisible();
      await expectAccessible(page, 'a monitor');
      await page.getByRole('button', { name: 'Show as table' }).click();
      await page.getByRole('tab', { name: 'Incidents' }).click();
      await expect(page.getByText('Ongoing')).toBeVisible();
      await expectAccessible(page, 'a monitor with table and incidents');
      await page.getByRole('button', { name: 'Delete monitor' }).click();
      await expect(page.getByRole('alertdialog')).toBeVisible();
      await expectAccessible(page, 'a question');

      await page.goto('monitors/new');
      await page.getByText('More options').click();
      await page.getByLabel('Headers').fill('wrong');
      await page.getByRole('button', { name: 'Create monitor' }).click();
      await expectAccessible(page, 'the form with errors');

      await page.goto('rounds');
      await page.getByRole('button', { name: 'Show checks' }).click();
      await expect(page.getByRole('list', { name: /Checks of the round/ })).toBeVisible();
      await expectAccessible(page, 'the rounds');

      for (const section of ['settings', 'settings/personal', 'settings/password', 'settings/tokens']) {
        await page.goto(section);
        await expect(page.getByRole('heading', { level: 2 }).first()).toBeVisible();
        await expectAccessible(page, section);
      }
      await page.goto('settings');
      await page.getByLabel('Interval in minutes').fill('1441');
      await expectAccessible(page, 'settings with a wrong interval');

      await page.goto('users');
      await page.getByRole('button', { name: /^Actions for/ }).first().click();
      await expect(page.getByRole('menu')).toBeVisible();
      await expectAccessible(page, 'the menu of a user');
      await page.keyboard.press('Escape');
      await expectAccessible(page, 'the users');
      await page.getByRole('button', { name: 'Add user' }).click();
      await expect(page.getByRole('dialog')).toBeVisible();
      await expectAccessible(page, 'adding a user');
      await page.goto('operations');
      await expect(page.getByRole('region', { name: 'Queue', exact: true })).toBeVisible();
      await expectAccessible(page, 'operations');
      await page.goto('nothing/here');
      await expect(page.getByRole('heading', { name: 'There is nothing here' })).toBeVisible();
      await expectAccessible(page, 'the page that is not there');
    });

    test('the empty dashboard', async ({ signedIn: page }) => {
      await expect(page.getByRole('heading', { name: 'Nothing is watched yet' })).toBeVisible();
      await expectAccessible(page, 'the empty dashboard');
    });
  });

test('states are words and shapes, not only colours', async ({ signedIn: page, user, target }) => {
  target.break('/down');
  await addMonitor(user.api, 'Up', target.url('/up'));
  await addMonitor(user.api, 'Down', target.url('/down'));
  await runRound(user.api);
  const shape = (name) => page.getByRole('listitem').filter({ has: page.getByRole('link', { name, exact: true }) }).locator('svg').first();
  await expect(page.getByRole('listitem').filter({ hasText: 'Unexpected status' })).toContainText('Down');
  const [up, down] = [await shape('Up').innerHTML(), await shape('Down').innerHTML()];
  const withoutColour = (html) => html.replace(/class="[^"]*"/g, '');
  expect(withoutColour(up)).not.toBe(withoutColour(down));
});

test('nothing moves for who asked for less motion', async ({ browser, baseURL, user }) => {
  const page = await browser.newPage({ baseURL, reducedMotion: 'reduce' });
  await signIn(page, user.email);
  const durations = await page.evaluate(() =>
    document.getAnimations().map((animation) => animation.effect?.getComputedTiming().duration),
  );
  expect(durations.filter((duration) => Number(duration) > 1)).toEqual([]);
  await page.close();
});
