import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findings, kRules } from './check_words.mjs';

// One line that each rule must find, in the order of the rules, and where.
const kFound = [
  ['docs/a.md', 'cd ' + '/work/' + 'main'],
  ['scripts/a.sh', 'curl https://' + 'registry.' + 'npmjs.example'],
  ['web/package-lock.json', '      "resolved' + '": "https://a.example/b.tgz",'],
  ['src/a/a.cpp', '// TO' + 'DO later'],
  ['src/a/a_test.cpp', 'TEST(A, DISABLED' + '_runs) {'],
  ['src/a/a.cpp', 'auto now = std::chrono::steady_clock::now();'],
  ['src/a/a.cpp', 'co_spawn(executor, run(), asio::detached);'],
  ['src/a/a.cpp', 'std::regex pattern(text);'],
  ['src/a/a.cpp', 'co_await read(asio::as_tuple(asio::use_awaitable));'],
  ['src/api/a.cpp', '#include <soci/soci.h>'],
  ['src/api/a.cpp', '#include <boost/beast/http.hpp>'],
];

test('every rule has its example here', () => assert.equal(kFound.length, kRules.length));

for (const [index, [path, line]] of kFound.entries()) {
  test(`${kRules[index].why} is found, with its line`, () => {
    const found = findings(path, `first\n${line}\nlast`);
    assert.equal(found.length, 1);
    assert.ok(found[0].startsWith(`${path}:2: ${kRules[index].why}`), found[0]);
  });
}

for (const [path, line] of [
  ['src/probe/a_test.cpp', 'if (!has_ipv6()) GTEST_SKIP() << "this machine has no IPv6";'],
  ['src/base/time.cpp', 'return std::chrono::steady_clock::now();'],
  ['src/base/task_group.cpp', 'co_spawn(executor, run(), asio::detached);'],
  ['src/store/sqlite.cpp', '#include <soci/soci.h>'],
  ['src/http/server.cpp', '#include <boost/beast/http.hpp>'],
  ['docs/a.md', 'see https://example.org/work/item and ./work/x, /var/lib/watchbill/'],
]) {
  test(`"${line}" may stand in ${path}`, () => assert.deepEqual(findings(path, line), []));
}
