import { describe, expect, it } from 'vitest';
import { NETWORK_ERROR, STRANGE_ANSWER, errorFromAnswer, errorFromFailure, isWorthRetrying } from './error';

const answer = (status: number, headers: Record<string, string> = {}) => new Response(null, { status, headers });

describe('what a failed call is thrown as', () => {
  it('carries code, fields and when to come back', () => {
    const fields = [{ path: 'name', code: 'required', message: 'Needed.' }];
    const body = { success: false, error: 'No.', code: 'validation_failed', fields };
    const error = errorFromAnswer(answer(422, { 'Retry-After': '30' }), body);
    expect(error).toMatchObject({ status: 422, code: 'validation_failed', message: 'No.', fields, retryAfter: 30 });
  });

  it('says so when the answer is not ours', () => {
    expect(errorFromAnswer(answer(502), '<html>')).toMatchObject({ status: 502, code: STRANGE_ANSWER, retryAfter: null });
  });

  it('says so when there was no answer', () => {
    expect(errorFromFailure(new TypeError('Failed to fetch'))).toMatchObject({ status: 0, code: NETWORK_ERROR });
  });

  it('is tried again only where that can help', () => {
    expect(isWorthRetrying(errorFromFailure(new TypeError('x')))).toBe(true);
    expect(isWorthRetrying(errorFromAnswer(answer(503), { code: 'unavailable', error: '' }))).toBe(true);
    expect(isWorthRetrying(errorFromAnswer(answer(404), { code: 'not_found', error: '' }))).toBe(false);
    expect(isWorthRetrying(new Error('a mistake of the page'))).toBe(false);
  });
});
