#!/usr/bin/env node
// check_sizes.mjs [ROOT]: how long are files and functions, compared with what we aim at?
// Prints a summary and what lies beyond an aim; fails only beyond a hard limit. An exception names its file and
// why; one that is no longer needed fails too.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { argv, exit } from 'node:process';
import { repositoryFiles } from './repository_files.mjs';

// First match counts. `functions` only where their ends can be told from the text.
export const kKinds = [
  {
    name: 'C++ tests',
    path: /(_test\.cpp|^tests\/.*\.(cpp|h)|\/testing\/.*\.(cpp|h))$/,
    file: [500, 800],
    functions: [60, 150], // a table of rows is one function
  },
  { name: 'C++', path: /^(src|bench)\/.*\.(cpp|h)$/, file: [300, 600], functions: [40, 80] },
  { name: 'page tests', path: /\.(test|spec)\.(tsx?|mjs)$/, file: [500, 800] },
  { name: 'page, scripts', path: /\.(tsx?|m?js)$/, file: [300, 600] },
  { name: 'build', path: /(CMakeLists\.txt|\.cmake|Makefile|\.sh)$/, file: [150, 300] },
];

// path -> why it may be beyond the hard limit
export const kExceptions = new Map([]);

/** Lengths in lines of the functions of a C++ text: [{name, line, length}]. */
export function functionsOf(text) {
  const code = withoutTextAndComments(text);
  const found = [];
  const open = []; // one entry per open brace; a function where a body starts
  let inFunction = false;
  let start = 0; // where the statement before the next brace starts
  let line = 1;
  for (let at = 0; at < code.length; ++at) {
    const c = code[at];
    if (c === '\n') ++line;
    if (c === '{') {
      const head = code.slice(start, at).trim();
      const isFunction = !inFunction && isFunctionHead(head);
      open.push(isFunction ? { name: nameOf(head), line: line - head.split('\n').length + 1 } : null);
      inFunction ||= isFunction;
    } else if (c === '}') {
      const closed = open.pop();
      if (closed) {
        found.push({ ...closed, length: line - closed.line + 1 });
        inFunction = false;
      }
    }
    if (c === '{' || c === '}' || c === ';') start = at + 1;
  }
  return found;
}

function isFunctionHead(head) {
  const isType = /^(template\s*<[^()]*>\s*)?(namespace|class|struct|enum|union|extern)\b/.test(head);
  return head.includes('(') && !isType && !head.endsWith('=');
}

function nameOf(head) {
  const before = head.split('(')[0].trim();
  const name = before.split(/\s+/).pop();
  return /^TEST(_F|_P)?$/.test(name) ? head.slice(head.indexOf('(')).split(')')[0] + ')' : name;
}

// Comments, strings and preprocessor lines become blanks, lines stay lines.
function withoutTextAndComments(text) {
  const parts = [
    /\/\/[^\n]*/,
    /\/\*[\s\S]*?\*\//,
    /R"([^(\s]*)\([\s\S]*?\)\1"/,
    /"(?:\\.|[^"\\\n])*"/,
    /(?<!\w)'(?:\\.|[^'\\\n])+'/,
    /^[ \t]*#(?:\\\n|[^\n])*/,
  ];
  const all = new RegExp(parts.map((part) => part.source).join('|'), 'gm');
  return text.replace(all, (match) => match.replace(/[^\n]/g, ' '));
}

function quantile(sorted, share) {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
}

function summary(name, lengths) {
  const sorted = lengths.toSorted((a, b) => a - b);
  const values = [sorted.length, ...[0.5, 0.75, 0.9].map((share) => quantile(sorted, share)), sorted.at(-1)];
  return name.padEnd(24) + values.map((value) => String(value).padStart(6)).join('');
}

/** {summaries, beyondAim, beyondLimit}: lines to print. */
export function measure(root, exceptions = kExceptions) {
  const result = { summaries: [], beyondAim: [], beyondLimit: [] };
  const needed = new Set();
  const lengths = new Map();
  const note = (key, path, what, length, [aim, limit]) => {
    lengths.set(key, [...(lengths.get(key) ?? []), length]);
    if (length <= aim) return;
    const excepted = length > limit && exceptions.has(path);
    if (excepted) needed.add(path);
    const reason = excepted ? `  — ${exceptions.get(path)}` : '';
    const line = `${String(length).padStart(5)}  (aim ${aim}, limit ${limit})  ${what}${reason}`;
    (length > limit && !excepted ? result.beyondLimit : result.beyondAim).push(line);
  };
  for (const path of repositoryFiles(root)) {
    const kind = kKinds.find((kind) => kind.path.test(path));
    if (!kind) continue;
    const text = readFileSync(join(root, path), 'utf8');
    note(`${kind.name}: files`, path, path, text.split('\n').length - 1, kind.file);
    if (!kind.functions) continue;
    for (const { name, line, length } of functionsOf(text))
      note(`${kind.name}: functions`, path, `${path}:${line} ${name}`, length, kind.functions);
  }
  for (const path of exceptions.keys())
    if (!needed.has(path)) result.beyondLimit.push(`       the exception for ${path} is no longer needed`);
  result.summaries = [...lengths].sort().map(([name, values]) => summary(name, values));
  return result;
}

if (import.meta.filename === argv[1]) {
  const { summaries, beyondAim, beyondLimit } = measure(argv[2] ?? join(import.meta.dirname, '..'));
  console.log(`${'lines'.padEnd(25)}count   p50   p75   p90   max\n${summaries.join('\n')}`);
  if (beyondAim.length) console.log(`\nlonger than we aim at:\n${beyondAim.sort().reverse().join('\n')}`);
  if (beyondLimit.length) console.error(`\nbeyond the hard limit:\n${beyondLimit.sort().reverse().join('\n')}`);
  exit(beyondLimit.length ? 1 : 0);
}
