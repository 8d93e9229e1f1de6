import { fileURLToPath } from 'node:url';
import optimizeLocales from '@react-aria/optimize-locales-plugin';
import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';
import { baseHref } from './build/base-href.ts';
import { bootScript } from './build/boot-script.ts';

// The development server hands everything that is not the page to a running watchbill.
const server = process.env.WATCHBILL_URL ?? 'http://127.0.0.1:10111';

const FIRST_PACKAGES =
  /node_modules\/(react|react-dom|scheduler|react-router|cookie|@tanstack|i18next|react-i18next|html-parse-stringify|void-elements|use-sync-external-store|openapi-fetch)\//;

// Our own modules that the dashboard loads anyway; those that bring react-aria, and the catalogues, do not belong.
function isOfEveryPage(id: string): boolean {
  return (
    /\/src\/(api|app|live|theme|time|ui|monitors|schedule|i18n)\/[\w/-]+\.tsx?$/.test(id) &&
    !/\/(App|Dialog|ConfirmDialog|ShortcutSheet|FrontPage|choices|en|zh-CN|Report|phases|IntervalInput)\.tsx?$/.test(id)
  );
}

export default defineConfig({
  // Relative, so that the same build works below any BASE_PATH; <base href> says where that is.
  base: './',
  plugins: [
    { ...optimizeLocales.vite({ locales: ['en-US', 'zh-CN'] }), enforce: 'pre' },
    react(),
    tailwindcss(),
    bootScript('src/theme/boot.js'),
    baseHref(),
  ],
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  build: {
    target: 'es2022',
    // No inlined data: everything is a file of its own under the strict content policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // What every page needs comes in two files instead of thirty; the rest stays where it is used.
    rolldownOptions: {
      output: {
        codeSplitting: {
          includeDependenciesRecursively: false,
          groups: [
            { name: 'vendor', test: FIRST_PACKAGES, priority: 2 },
            { name: 'shared', test: isOfEveryPage, priority: 1 },
          ],
        },
      },
    },
  },
  server: { proxy: { '/api': server, '/healthz': server, '/readyz': server } },
  test: { environment: 'node', include: ['src/**/*.test.ts', 'build/**/*.test.ts'] },
});
