// The judge of the other tests, judged itself: a history as it should be passes, each kind of breach is found.
import assert from 'node:assert/strict';
import test from 'node:test';

import { violations } from './support/witness.mjs';

const kSlot = 1_000_000;
const kMinute = 60_000;

// One user's rows; each step starts from what the step before left.
function history(...steps) {
  let row = { slot: kSlot, fence: 0, started: 0, lockedUntil: null, lockedBy: null };
  return steps.map((step, i) => {
    const before = row;
    const { what = 'schedule', at = kSlot + i * 10, operator = 0, ...changes } = step;
    const base = { n: i + 1, at, what, operator, userId: 'ada', intervalMinutes: 1, missed: null };
    if (what !== 'schedule') {
      return { ...base, slot: before.slot, oldFence: before.fence, fence: before.fence, started: before.started, missed: 0, ...changes };
    }
    row = { ...before, ...changes };
    const old = { oldSlot: before.slot, oldFence: before.fence, oldStarted: before.started };
    return { ...base, ...row, ...old, oldLockedUntil: before.lockedUntil, oldLockedBy: before.lockedBy };
  });
}

const claim = { fence: 1, lockedUntil: kSlot + 900_000, lockedBy: 'dispatcher-a' };
const start = { started: 1, lockedUntil: kSlot + 60_000, lockedBy: 'worker-a' };
const recorded = { what: 'round' };
const advance = { slot: kSlot + kMinute, lockedUntil: null, lockedBy: null };

test('a round as it should be is no violation, in either order of its last two writes', () => {
  assert.deepEqual(violations(history(claim, start, recorded, advance)), []);
  assert.deepEqual(violations(history(claim, start, advance, { ...recorded, slot: kSlot })), []);
});

test('giving back, starting again and an expired lease are no violations', () => {
  const late = kSlot + 70_000;
  assert.deepEqual(violations(history(claim, start, { started: 0 }, start, recorded, advance)), []);
  assert.deepEqual(violations(history(claim, start, { fence: 2, lockedUntil: late + 60_000, at: late })), []);
});

test('run now during a round is no violation', () => {
  const soon = { slot: kSlot + 25 };
  assert.deepEqual(violations(history(claim, start, soon, { ...recorded, slot: kSlot }, { lockedUntil: null })), []);
});

test('an edit moves a slot that is still to come, and an operator any', () => {
  assert.deepEqual(violations(history({ slot: kSlot + 5, at: kSlot - 100 })), []);
  assert.deepEqual(violations(history({ slot: kSlot + 5, operator: 1 })), []);
});

const kBreaches = [
  ['a slot recorded twice', /recorded twice/, [claim, start, recorded, recorded, advance]],
  ['a finish with an old fence', /while 2 was current/, [claim, start, { fence: 2, at: kSlot + 70_000 }, { ...recorded, fence: 1 }]],
  ['a finish that was never started', /not started/, [claim, recorded, advance]],
  ['a fence that falls', /fence fell/, [claim, { fence: 0 }]],
  ['a fence given out twice', /given out before/, [claim, { fence: 0, operator: 1 }, { fence: 1, at: kSlot + 999_999 }]],
  ['a claim before the lease was over', /before the lease/, [claim, { fence: 2 }]],
  ['a started fence that another worker takes', /worker-b took fence 1/, [claim, start, { lockedBy: 'worker-b' }]],
  ['a start ahead of its claim', /started fence 2 of 1/, [claim, { ...start, started: 2 }]],
  ['a slot left behind', /without a round/, [claim, start, advance]],
  ['a slot off the beat', /off the beat/, [claim, start, recorded, { ...advance, slot: kSlot + kMinute + 7 }]],
  ['missed slots not counted', /1 slots were missed, 0 counted/, [claim, start, recorded, { ...advance, slot: kSlot + 2 * kMinute }]],
  ['a round taken away', /was deleted/, [claim, start, recorded, advance, { what: 'deleted', slot: kSlot }]],
];

for (const [name, message, steps] of kBreaches) {
  test(`${name} is found`, () => {
    const found = violations(history(...steps));
    assert.ok(found.some((text) => message.test(text)), `found: ${JSON.stringify(found)}`);
  });
}
