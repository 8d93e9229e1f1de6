#!/usr/bin/env node
// tidy.mjs [FILE...]: clang-tidy (.clang-tidy) on these .cpp files of src/; without any, on those that differ from
// the last commit of the main branch upstream, or from the last commit where there is no upstream. `all` means all.
//
// The build's own commands are used, less g++'s precompiled header, which clang cannot read.
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, relative } from 'node:path';
import { argv, exit } from 'node:process';

const root = join(import.meta.dirname, '..');
const database = join(root, 'build/tidy');
// Debian 12's default, 14, does not know std::coroutine_handle of its own libstdc++.
const kTidy = 'clang-tidy-16';

function git(...args) {
  return execFileSync('git', args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
}

function changedFiles() {
  let base = 'HEAD';
  try {
    base = git('merge-base', 'HEAD', '@{upstream}');
  } catch {
    // no upstream: what is not committed
  }
  return git('diff', '--name-only', '--diff-filter=d', base).split('\n');
}

// {file: command line} of the program's own sources, for clang.
function commands() {
  const all = JSON.parse(readFileSync(join(root, 'build/compile_commands.json'), 'utf8'));
  return all
    .filter(({ file }) => relative(root, file).startsWith('src/'))
    .map((entry) => ({
      ...entry,
      command: entry.command.replace(/ -include \S+cmake_pch\.hxx| -Winvalid-pch| -fpch-preprocess/g, ''),
    }));
}

function tidy(path) {
  const child = spawn(kTidy, ['-p', database, '--quiet', path], { cwd: root });
  let output = '';
  child.stdout.on('data', (data) => (output += data));
  return new Promise((done, failed) => {
    child.once('error', failed);
    child.once('close', (code) => done({ path, ok: code === 0, output: output.trim() }));
  });
}

mkdirSync(database, { recursive: true });
const entries = commands();
writeFileSync(join(database, 'compile_commands.json'), JSON.stringify(entries));
const known = new Set(entries.map(({ file }) => relative(root, file)));
const asked = argv[2] === 'all' ? [...known] : argv.length > 2 ? argv.slice(2) : changedFiles();
const waiting = asked.filter((path) => known.has(path));

let failures = 0;
async function work() {
  for (let path = waiting.shift(); path; path = waiting.shift()) {
    const { ok, output } = await tidy(path);
    if (!ok) ++failures;
    console.log(ok ? `ok ${path}` : output);
  }
}
const count = waiting.length;
await Promise.all(Array.from({ length: availableParallelism() }, work));
console.log(`tidy: ${count} files, ${failures} with findings`);
exit(failures ? 1 : 0);
