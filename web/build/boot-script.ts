import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Plugin } from 'vite';

// Adds a small classic script to the head, as a file with a hashed name. It must run before the first paint
// (theme and language, no flash), which a module script cannot, and must not be inline (content policy).
export function bootScript(source: string): Plugin {
  let code = '';
  let fileName = '';
  return {
    name: 'watchbill:boot-script',
    async buildStart() {
      code = (await readFile(source, 'utf8')).replace(/^\s*\/\/.*\n/gm, '');
      fileName = `assets/boot-${createHash('sha256').update(code).digest('hex').slice(0, 8)}.js`;
    },
    generateBundle() {
      this.emitFile({ type: 'asset', fileName, source: code });
    },
    transformIndexHtml: {
      order: 'post',
      handler: (_html, context) => [
        { tag: 'script', attrs: { src: context.server ? `/${source}` : `./${fileName}` }, injectTo: 'head-prepend' },
      ],
    },
  };
}
