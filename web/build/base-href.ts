import type { Plugin } from 'vite';

// What the server replaces by the base path with a slash at its end (src/http/assets.h).
const PLACEHOLDER = '%BASE_HREF%';

// Puts <base> first into the built page, so that every relative address after it counts from the base path;
// the development server always serves from the root.
export function baseHref(): Plugin {
  return {
    name: 'watchbill:base-href',
    transformIndexHtml: {
      order: 'post',
      handler: (html, context) =>
        html.replace('<head>', `<head>\n    <base href="${context.server ? '/' : PLACEHOLDER}" />`),
    },
  };
}
