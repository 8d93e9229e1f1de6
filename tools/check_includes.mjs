#!/usr/bin/env node
// check_includes.mjs [ROOT]: do the folders of src/ keep to the table "may include" of the architecture page, in
// what they include and in what they link? Then each library builds with everything above it deleted.
// Prints one line per violation and fails. A folder of src/ that the table does not name is a violation too.
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { argv, exit } from 'node:process';

const kTable = 'docs/design/architecture.md';
const kEverything = 'all';
const kTestSupport = /^tests\/support\/|\/testing\//;
const kTest = /_test\.cpp$|\/testing\//;

/** Rows of the table `| folder | may include |`: folder -> set of folders. */
export function readTable(markdown) {
  const lines = markdown.split('\n');
  const head = lines.findIndex((line) => /^\|\s*folder\s*\|\s*may include\s*\|/.test(line));
  const allowed = new Map();
  if (head < 0) return allowed;
  for (const line of lines.slice(head + 2)) {
    if (!line.startsWith('|')) break;
    const [folders, included] = line.split('|').slice(1, 3);
    for (const folder of names(folders)) allowed.set(folder, new Set(names(included)));
  }
  return allowed;
}

// "store, queue (counts)" -> ["store", "queue"]; "–" -> []
function names(cell) {
  return cell
    .replace(/\(.*?\)/g, '')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => /^[a-z0-9_]+$/.test(name));
}

function* sources(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* sources(path);
    else if (/\.(h|cpp)$|^CMakeLists\.txt$/.test(entry.name)) yield path;
  }
}

/** What is wrong with one file: [{line, text}]. `path` is relative to src/. */
export function violations(path, text, allowed) {
  const judgeLine = path.endsWith('.txt') ? judgeLinks : judgeInclude;
  return text.split('\n').flatMap((line, index) => {
    const problem = judgeLine(line, path, allowed);
    return problem ? [{ line: index + 1, text: problem }] : [];
  });
}

// Libraries that no folder is named after (embedded files, test support) belong to the folder that makes them.
function judgeLinks(line, path, allowed) {
  const [own] = path.split('/');
  const linked = [...line.matchAll(/\bwatchbill_([a-z]+)\b(?=[ )]|$)/g)].map(([, name]) => name);
  const above = linked.find((name) => allowed.has(name) && !mayUse(own, name, allowed));
  return above ? `${own} may not link ${above}` : null;
}

function mayUse(own, folder, allowed) {
  const mine = allowed.get(own) ?? new Set();
  return folder === own || mine.has(folder) || mine.has(kEverything);
}

function judgeInclude(line, path, allowed) {
  const included = line.match(/^\s*#\s*include\s+"([^"]+)"/)?.[1];
  if (!included) return null;
  const [own] = path.split('/');
  const [folder] = included.split('/');
  if (!included.includes('/') || included.includes('..')) return `"${included}": write it as "folder/file.h"`;
  if (kTestSupport.test(included) && !kTest.test(path)) return `"${included}": only tests include test support`;
  if (folder === 'tests') return null;
  if (!allowed.has(folder)) return `the table does not name the folder "${folder}"`;
  return mayUse(own, folder, allowed) ? null : `${own} may not include ${folder}`;
}

export function check(root) {
  const allowed = readTable(readFileSync(join(root, kTable), 'utf8'));
  const problems = [];
  if (allowed.size === 0) problems.push(`${kTable}: no table "| folder | may include |"`);
  for (const folder of readdirSync(join(root, 'src')))
    if (statSync(join(root, 'src', folder)).isDirectory() && !allowed.has(folder))
      problems.push(`src/${folder}: the table of ${kTable} does not name this folder`);
  let files = 0;
  for (const path of sources(join(root, 'src'))) {
    ++files;
    const found = violations(relative(join(root, 'src'), path), readFileSync(path, 'utf8'), allowed);
    for (const { line, text } of found)
      problems.push(`${relative(root, path)}:${line}: ${text}`);
  }
  return { files, problems };
}

if (import.meta.filename === argv[1]) {
  const root = argv[2] ?? join(import.meta.dirname, '..');
  if (!existsSync(join(root, 'src'))) throw new Error(`no src/ in ${root}`);
  const { files, problems } = check(root);
  for (const problem of problems) console.error(problem);
  console.log(`includes: ${files} files, ${problems.length} violations`);
  exit(problems.length ? 1 : 0);
}
