import { expect, it } from 'vitest';
import { summarise } from './summary';
import { check } from './testing';

it('counts as up only among what could be measured', () => {
  const checks = [check(0, 'up', 100), check(1, 'up', 300), check(2, 'down', 9000), check(3, 'unknown')];
  expect(summarise(checks)).toEqual({ checks: 4, upShare: 2 / 3, meanMs: 200, p95Ms: 300 });
});

it('says nothing where nothing was measured', () => {
  expect(summarise([check(0, 'unknown')])).toEqual({ checks: 1, upShare: null, meanMs: null, p95Ms: null });
});

it('takes the value that 95 of 100 stay below', () => {
  const checks = Array.from({ length: 100 }, (_, index) => check(index, 'up', index + 1));
  expect(summarise(checks).p95Ms).toBe(95);
});
