import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { check } from './check_includes.mjs';

const kArchitecture = `
| need | choice |
| --- | --- |
| base | not this table |

| folder | may include |
| --- | --- |
| base | – |
| domain, http | base |
| api | base, domain, http (counts) |
| app | all |
`;

function problemsOf(t, files) {
  const root = mkdtempSync(join(tmpdir(), 'includes-'));
  t.after(() => rmSync(root, { recursive: true }));
  for (const [path, text] of Object.entries({ 'docs/design/architecture.md': kArchitecture, ...files })) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return check(root).problems;
}

const kObeying = {
  'src/base/a.h': '#include <string>\n#include "base/b.h"\n',
  'src/domain/a.cpp': '#include "domain/a.h"\n#include "base/a.h"\n',
  'src/api/a.cpp': '#include "http/a.h"\n  #  include "domain/a.h"\n',
  'src/app/a.cpp': '#include "api/a.h"\n#include "http/a.h"\n',
  'src/api/CMakeLists.txt': 'watchbill_library(api\n  LINK watchbill_http watchbill_openapi)\n',
  'src/domain/a_test.cpp': '#include "tests/support/reactor.h"\n#include "domain/testing/dns.h"\n',
};

test('a tree that obeys the table has no violations', (t) => {
  assert.deepEqual(problemsOf(t, kObeying), []);
});

for (const [name, path, line, expected] of [
  ['a folder above being included', 'src/base/x.h', '#include "domain/a.h"', 'base may not include domain'],
  ['siblings', 'src/http/x.h', '#include "domain/a.h"', 'http may not include domain'],
  ['an unknown folder', 'src/app/x.h', '#include "utils/a.h"', 'does not name the folder "utils"'],
  ['a name without its folder', 'src/api/x.h', '#include "a.h"', '"folder/file.h"'],
  ['a path upwards', 'src/api/x.h', '#include "../base/a.h"', '"folder/file.h"'],
  ['a library above being linked', 'src/http/CMakeLists.txt', '  LINK watchbill_api)', 'http may not link api'],
  ['test support in the program', 'src/api/x.cpp', '#include "tests/support/reactor.h"', 'only tests'],
  ['test servers in the program', 'src/domain/x.cpp', '#include "domain/testing/dns.h"', 'only tests'],
]) {
  test(`${name} is a violation, with its line`, (t) => {
    const problems = problemsOf(t, { ...kObeying, [path]: `\n${line}\n` });
    assert.equal(problems.length, 1);
    assert.ok(problems[0].startsWith(`${path}:2: `), problems[0]);
    assert.ok(problems[0].includes(expected), problems[0]);
  });
}

test('a folder of src/ that the table does not name is a violation', (t) => {
  const problems = problemsOf(t, { ...kObeying, 'src/utils/a.h': '' });
  assert.equal(problems.length, 1);
  assert.match(problems[0], /^src\/utils: /);
});

test('a page without the table is a violation, not a pass', (t) => {
  const problems = problemsOf(t, { ...kObeying, 'docs/design/architecture.md': 'nothing here' });
  assert.ok(problems.length > 0);
});
