// After the build: writes .br and .gz beside every file of dist, and fails when the first page is too heavy.
import { readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const DIST = new URL('../dist', import.meta.url).pathname;
const COMPRESSIBLE = new Set(['.html', '.js', '.css', '.svg', '.json']);
// Scripts that the first page asks for, brotli.
const BUDGET_BYTES = 180 * 1024;

const brotli = (bytes) =>
  brotliCompressSync(bytes, {
    params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length },
  });

function filesBelow(folder) {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? filesBelow(path) : [path];
  });
}

const sizes = new Map();
for (const path of filesBelow(DIST)) {
  if (!COMPRESSIBLE.has(extname(path))) continue;
  const bytes = readFileSync(path);
  const br = brotli(bytes);
  const gzip = gzipSync(bytes, { level: 9 });
  sizes.set(path, { raw: bytes.length, br: br.length, gzip: gzip.length });
  // Where nothing is gained the plain file is what should be sent.
  if (br.length < bytes.length) writeFileSync(`${path}.br`, br);
  if (gzip.length < bytes.length) writeFileSync(`${path}.gz`, gzip);
}

// What index.html names, what those import at once, and the larger of the two catalogues.
function firstPage() {
  const html = readFileSync(join(DIST, 'index.html'), 'utf8');
  const found = new Set();
  const visit = (name) => {
    if (found.has(name)) return;
    found.add(name);
    const code = readFileSync(join(DIST, 'assets', name), 'utf8');
    for (const [, next] of code.matchAll(/(?:from|import)\s*["']\.\/([\w.-]+\.js)["']/g)) visit(next);
  };
  for (const [, name] of html.matchAll(/assets\/([\w.-]+\.js)/g)) visit(name);
  const catalogue = [...sizes.keys()].find((path) => /\/zh-CN-[\w-]+\.js$/.test(path));
  if (catalogue) found.add(catalogue.slice(catalogue.lastIndexOf('/') + 1));
  return [...found];
}

const names = firstPage();
const total = (kind) => names.reduce((sum, name) => sum + sizes.get(join(DIST, 'assets', name))[kind], 0);
const kib = (bytes) => `${(bytes / 1024).toFixed(1)} KiB`;
console.log(`first page: ${names.length} scripts, ${kib(total('raw'))}, ${kib(total('gzip'))} gzip, ${kib(total('br'))} brotli`);
if (total('br') > BUDGET_BYTES) {
  console.error(`That is more than ${kib(BUDGET_BYTES)}: load something lazily.`);
  process.exit(1);
}
