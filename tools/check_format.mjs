#!/usr/bin/env node
// check_format.mjs [--write]: is all C++ as clang-format writes it (.clang-format)? --write makes it so.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { argv, exit } from 'node:process';
import { repositoryFiles } from './repository_files.mjs';

const root = join(import.meta.dirname, '..');
const files = repositoryFiles(root).filter((path) => /\.(h|cpp)$/.test(path));
const write = argv[2] === '--write';
const how = write ? ['-i'] : ['--dry-run', '--Werror'];
const { status, stderr, error } = spawnSync('clang-format', [...how, ...files], {
  cwd: root,
  encoding: 'utf8',
  maxBuffer: 2 ** 28,
});
if (error) throw error;

const others = new Set(Array.from(stderr.matchAll(/^(.+?):\d+:\d+: error/gm), ([, path]) => path));
for (const path of others) console.error(`${path}: not formatted (make format)`);
if (status && others.size === 0) console.error(stderr);
console.log(`format: ${files.length} files, ${others.size} to be formatted`);
exit(status ? 1 : 0);
