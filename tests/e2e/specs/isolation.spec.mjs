// Each user sees only his own: what belongs to somebody else looks like what is not there.
import { addMonitor, expect, runRound, test } from '../support/test.mjs';

test('the monitors, rounds and live changes of one user never reach another', async ({ signedIn: page, server, target }) => {
  await server.addUser('other@example.org');
  const other = await server.signIn('other@example.org');
  const secret = await addMonitor(other, 'Secret project', target.url('/secret'));
  await runRound(other);

  await expect(page.getByRole('heading', { name: 'Nothing is watched yet' })).toBeVisible();
  await page.goto(`monitors/${secret.id}`);
  await expect(page.getByText('There is no such monitor.')).toBeVisible();
  await page.goto(`monitors/${secret.id}/edit`);
  await expect(page.getByText('There is no such monitor.')).toBeVisible();
  await page.goto('rounds');
  await expect(page.getByText(/^No rounds yet/)).toBeVisible();

  await page.goto('.');
  await expect(page.getByRole('banner').getByRole('status')).toHaveText('Live');
  await addMonitor(other, 'Another secret', target.url('/secret2'));
  await runRound(other);
  const statuses = await page.evaluate(async (id) => {
    const ask = (method, path, body) =>
      fetch(`api/v1/${path}`, {
        method,
        headers: body ? { 'Content-Type': 'application/json' } : {},
        body: body && JSON.stringify(body),
      }).then((answer) => answer.status);
    return [
      await ask('GET', `monitors/${id}`),
      await ask('GET', `monitors/${id}/results`),
      await ask('GET', `incidents?monitorId=${id}`),
      await ask('PATCH', `monitors/${id}`, { name: 'mine' }),
      await ask('POST', `monitors/${id}/pause`),
      await ask('POST', `monitors/${id}/test`),
      await ask('DELETE', `monitors/${id}`),
    ];
  }, secret.id);
  expect(statuses).toEqual([404, 404, 404, 404, 404, 404, 404]);
  await expect(page.getByText('secret')).toHaveCount(0);
  other.close();
});

test('after another user signs in, nothing of the first is left on the page', async ({ signedIn: page, user, target, server }) => {
  await addMonitor(user.api, 'Mine alone', target.url('/mine'));
  await expect(page.getByRole('link', { name: 'Mine alone' })).toBeVisible();
  await server.addUser('next@example.org');
  await page.getByRole('button', { name: /^Account/ }).click();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByLabel('E-mail address').fill('next@example.org');
  await page.getByRole('textbox', { name: 'Password' }).fill(user.password);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'Nothing is watched yet' })).toBeVisible();
  await expect(page.getByText('Mine alone')).toHaveCount(0);
});
