import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { functionsOf, measure } from './check_sizes.mjs';

const lines = (count) => 'x();\n'.repeat(count);

function measured(t, files, exceptions = new Map()) {
  const root = mkdtempSync(join(tmpdir(), 'sizes-'));
  t.after(() => rmSync(root, { recursive: true }));
  execFileSync('git', ['init', '-q'], { cwd: root });
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return measure(root, exceptions);
}

test('a function is measured from its head to its closing brace, lambdas and types aside', () => {
  const functions = functionsOf(`
namespace a {
struct S {
  int one() const { return 1; }
  S(int x)
      : x(x) {
    auto f = [](int y) { return y; };
  }
};
int kTable[] = {1, 2};
template <class T>
Task<int> Loop::run(std::string s = "{") {
  // a brace in a comment: }
  if (s == "}") {
    x('{');
  }
  co_return 1;
}
TEST(Loop, runs) {
}
}  // namespace a
`);
  assert.deepEqual(
    functions.map(({ name, line, length }) => [name, line, length]),
    [['one', 4, 1], ['S', 5, 4], ['Loop::run', 11, 8], ['(Loop, runs)', 19, 2]],
  );
});

test('short files and functions are only counted', (t) => {
  const { summaries, beyondAim, beyondLimit } = measured(t, { 'src/a/a.cpp': `void f() {\n${lines(10)}}\n` });
  assert.equal(summaries.length, 2);
  assert.deepEqual([beyondAim, beyondLimit], [[], []]);
});

test('beyond the aim is reported, beyond the limit fails', (t) => {
  const { beyondAim, beyondLimit } = measured(t, {
    'src/a/long.cpp': `void f() {\n${lines(50)}}\n`,
    'src/a/longer.cpp': `void g() {\n${lines(100)}}\n`,
    'src/a/file.h': lines(700),
  });
  assert.match(beyondAim.join(), /src\/a\/long\.cpp:1 f/);
  assert.equal(beyondLimit.length, 2);
  assert.match(beyondLimit.join(), /longer\.cpp:1 g/);
  assert.match(beyondLimit.join(), /file\.h/);
});

test('an exception lets its file pass with its reason, and fails when nothing needs it', (t) => {
  const files = { 'src/a/file.h': lines(700), 'src/a/short.h': lines(7) };
  const needed = measured(t, files, new Map([['src/a/file.h', 'a table']]));
  assert.deepEqual(needed.beyondLimit, []);
  assert.match(needed.beyondAim[0], /file\.h.*a table/);

  const idle = measured(t, files, new Map([['src/a/file.h', 'a table'], ['src/a/short.h', 'was long']]));
  assert.match(idle.beyondLimit.join(), /short\.h is no longer needed/);
});
