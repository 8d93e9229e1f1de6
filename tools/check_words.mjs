#!/usr/bin/env node
// check_words.mjs [ROOT]: nothing in the repository names a machine, a registry's host or unfinished work, and the
// code keeps the rules of docs/design/style.md that a pattern can see. Prints one line per finding and fails.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { argv, exit } from 'node:process';
import { repositoryFiles } from './repository_files.mjs';

const kCode = /^(src|tests|bench)\/.*\.(cpp|h)$/;
const kProgram = /^src\/(?!.*(_test\.cpp$|\/testing\/)).*\.(cpp|h)$/;

// `only` and `except` are matched against the path. Strings are written so that they do not find themselves.
export const kRules = [
  {
    why: 'a path of one machine',
    pattern: /(^|[\s"'`(=:])\/(work|root|farm|home\/[a-z]|Users\/\w)[\w.-]*\//,
  },
  {
    why: "a registry's host",
    pattern: /\b(deb|security|snapshot)[.]debian[.]org|registry[.]npmjs|nodesource[.]com|\bpypi[.]org/,
  },
  {
    why: 'a lock file with download addresses (npm: omit-lockfile-registry-resolved)',
    pattern: /"resolved": *"http/,
  },
  { why: 'unfinished work', pattern: /\b(TODO|FIXME|XXX|HACK)\b/ },
  {
    why: 'a test that does not run (a machine may lack something: GTEST_SKIP() << "this machine …")',
    pattern: /\bDISABLED_\w|\bGTEST_SKIP\b(?!\(\) << "this machine )/,
    only: kCode,
  },
  {
    why: 'time comes from base::Clock',
    pattern: /(system_clock|steady_clock|Clock)::now\(\)/,
    only: kProgram,
    except: /^src\/base\//,
  },
  {
    why: 'each coroutine has an owner (base/task_group.h)',
    pattern: /asio::detached\b/,
    only: kCode,
    except: /^src\/base\//,
  },
  { why: 'patterns of users are matched by RE2', pattern: /std::regex\b/, only: kProgram },
  {
    why: 'g++ 12 miscompiles it: asio::redirect_error',
    pattern: /asio::as_tuple\(\s*asio::use_awaitable/,
    only: kCode,
  },
  { why: 'SQL stays in store/', pattern: /#include <soci/, only: kCode, except: /^src\/store\// },
  { why: 'Beast stays in http/', pattern: /#include <boost\/beast/, only: kProgram, except: /^src\/http\// },
];

// Generated lists, and the file whose patterns are about to be searched for.
const kNotSearched = /\.(png|ico|woff2?|webp|br|gz)$|^tools\/check_words/;

export function findings(path, text, rules = kRules) {
  const applying = rules.filter(({ only, except }) => (!only || only.test(path)) && !except?.test(path));
  return text.split('\n').flatMap((line, index) =>
    applying
      .filter(({ pattern }) => pattern.test(line))
      .map(({ why }) => `${path}:${index + 1}: ${why}: ${line.trim().slice(0, 100)}`),
  );
}

export function check(root) {
  return repositoryFiles(root)
    .filter((path) => !kNotSearched.test(path))
    .flatMap((path) => findings(path, readFileSync(join(root, path), 'utf8')));
}

if (import.meta.filename === argv[1]) {
  const found = check(argv[2] ?? join(import.meta.dirname, '..'));
  for (const finding of found) console.error(finding);
  console.log(`words: ${found.length} findings`);
  exit(found.length ? 1 : 0);
}
