import { expect, it } from 'vitest';
import { tokenOf } from './token';

it.each([
  ['#3q2-7wAAZk9xN0y', '3q2-7wAAZk9xN0y'],
  ['#token=3q2-7wAAZk9xN0y', '3q2-7wAAZk9xN0y'],
  ['#', null],
  ['', null],
])('the fragment %j holds %j', (fragment, token) => {
  expect(tokenOf(fragment)).toBe(token);
});
