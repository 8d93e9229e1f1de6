import { defineConfig } from '@playwright/test';
import { browser } from './support/browser.mjs';

// One server and one browser at a time: the tests watch live changes, and the machine may be small.
export default defineConfig({
  testDir: 'specs',
  testMatch: '*.spec.mjs',
  outputDir: 'test-results',
  workers: 1,
  retries: 0,
  forbidOnly: true,
  timeout: 45_000,
  expect: { timeout: 8000 },
  reporter: [['list']],
  use: {
    browserName: 'chromium',
    launchOptions: browser,
    locale: 'en-US',
    timezoneId: 'Asia/Shanghai',
    colorScheme: 'light',
    viewport: { width: 1280, height: 860 },
    screenshot: 'only-on-failure',
    trace: 'retain-on-failure',
    actionTimeout: 8000,
    navigationTimeout: 15_000,
  },
});
