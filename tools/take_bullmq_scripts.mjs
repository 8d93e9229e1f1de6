#!/usr/bin/env node
// take_bullmq_scripts.mjs PACKAGE OUT: writes the Lua scripts of the npm package `bullmq` in folder PACKAGE into the
// folder OUT, one file `<name>-<keys>.lua` each, with the package's LICENSE and its VERSION.
// The package ships each script with its includes already in it. What would show only at run time is refused here:
// an include that is left, and a script that uses more keys than its name says.
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { argv, exit } from 'node:process';
import { fileURLToPath } from 'node:url';

/** What is wrong with one script: [text]. */
export function problems({ name, keys, content }) {
  const found = [];
  if (!Number.isInteger(keys)) found.push(`${name}: its file name does not end with the number of its keys`);
  if (/^\s*-{2,3}\s*@include/m.test(content)) found.push(`${name}: an include is not resolved`);
  const used = [...content.matchAll(/\bKEYS\[(\d+)\]/g)].map(([, index]) => Number(index));
  const most = Math.max(0, ...used);
  if (most > keys) found.push(`${name}: uses KEYS[${most}], but takes ${keys}`);
  return found;
}

/** The scripts of the package: [{name, keys, content}]. */
export function readScripts(folder) {
  const require = createRequire(join(resolve(folder), 'package.json'));
  const scripts = join(folder, 'dist/cjs/scripts');
  return readdirSync(scripts)
    .filter((file) => file.endsWith('.js') && file !== 'index.js')
    .map((file) => {
      const [, name, keys] = file.match(/^(.*?)(?:-(\d+))?\.js$/);
      const content = require(join(resolve(scripts), file))[name]?.content;
      if (typeof content !== 'string') throw new Error(`${file} has no script "${name}"`);
      return { name, keys: keys === undefined ? NaN : Number(keys), content };
    });
}

function take(folder, out) {
  const scripts = readScripts(folder);
  const wrong = scripts.flatMap(problems);
  if (wrong.length > 0) throw new Error(wrong.join('\n'));
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  for (const { name, keys, content } of scripts) writeFileSync(join(out, `${name}-${keys}.lua`), content);
  writeFileSync(join(out, 'LICENSE'), readFileSync(join(folder, 'LICENSE')));
  writeFileSync(join(out, 'VERSION'), JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).version);
}

if (argv[1] === fileURLToPath(import.meta.url)) {
  try {
    take(argv[2], argv[3]);
  } catch (error) {
    console.error(`take_bullmq_scripts: ${error.message}`);
    exit(1);
  }
}
