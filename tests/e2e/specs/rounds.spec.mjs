// The history of my rounds.
import { addMonitor, expect, runRound, signIn, test } from '../support/test.mjs';

test('says when the first round will be, as long as there is none', async ({ page, server }) => {
  // Whose first round is not due within the next minutes, wherever in the day it falls.
  await server.addUser('rare@example.org', { intervalMinutes: 1440 });
  await signIn(page, 'rare@example.org');
  await page.goto('rounds');
  await expect(page.getByText(/^No rounds yet\. The first comes in /)).toBeVisible();
});

test('lists rounds with their results as they happen, and shows the checks of each', async ({ signedIn: page, user, target }) => {
  target.break('/b');
  await addMonitor(user.api, 'Good', target.url('/a'));
  await addMonitor(user.api, 'Bad', target.url('/b'));
  await page.goto('rounds');
  await runRound(user.api);
  const round = page.getByRole('row').nth(1);
  await expect(round).toContainText('Failed');
  await expect(round).toContainText('1 up, 1 down, 0 unknown');
  await expect(round).toContainText('Schedule');
  await round.getByRole('button', { name: 'Show checks' }).click();
  const checks = page.getByRole('list', { name: /Checks of the round/ }).getByRole('listitem');
  await expect(checks).toHaveCount(2);
  await expect(checks.first()).toContainText('Bad');
  await expect(checks.first()).toContainText('Unexpected status 503');
  target.mend('/b');
  await runRound(user.api);
  await expect(page.getByRole('row').nth(1)).toContainText('Success');
  await page.getByRole('link', { name: 'Good' }).click();
  await expect(page.getByRole('heading', { name: 'Good' })).toBeVisible();
});

test('a round without monitors is skipped, not a success', async ({ signedIn: page, user }) => {
  await runRound(user.api);
  await page.goto('rounds');
  await expect(page.getByRole('row').nth(1)).toContainText('Skipped');
});
