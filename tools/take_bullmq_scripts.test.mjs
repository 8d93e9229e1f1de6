import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { problems, readScripts } from './take_bullmq_scripts.mjs';

test('a script that uses no more keys than its name says is taken', () => {
  assert.deepEqual(problems({ name: 'pause', keys: 2, content: 'rcall("DEL", KEYS[1], KEYS[2])' }), []);
});

test('more keys than the file name says are refused', () => {
  assert.deepEqual(problems({ name: 'pause', keys: 1, content: 'rcall("DEL", KEYS[2])' }), [
    'pause: uses KEYS[2], but takes 1',
  ]);
});

test('an include that is left is refused', () => {
  assert.deepEqual(problems({ name: 'pause', keys: 1, content: '--- @include "includes/x"\n' }), [
    'pause: an include is not resolved',
  ]);
});

test('the pinned package has the scripts that workers live on', () => {
  const keys = new Map(readScripts(join(import.meta.dirname, '../node_modules/bullmq')).map((script) => [script.name, script.keys]));
  assert.equal(keys.get('moveToActive'), 11);
  assert.equal(keys.get('moveToFinished'), 14);
  assert.equal(keys.get('moveStalledJobsToWait'), 9);
});
