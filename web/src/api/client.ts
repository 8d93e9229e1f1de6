import createClient from 'openapi-fetch';
import { learnServerTime } from './clock';
import { errorFromAnswer, errorFromFailure } from './error';
import type { paths } from './schema';

/** Where the page lives, with a slash at its end: `BASE_PATH`, which the server wrote into <base>. */
export const baseUrl = new URL('.', document.baseURI);

export const client = createClient<paths>({ baseUrl: baseUrl.href.replace(/\/$/, ''), credentials: 'same-origin' });

client.use({
  onResponse({ response }) {
    learnServerTime(response.headers.get('Date'));
  },
});

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** The body of a call's answer; everything else is thrown as an ApiError. */
export async function call<T>(pending: Promise<Answer<T>>): Promise<T> {
  let answer: Answer<T>;
  try {
    answer = await pending;
  } catch (failure) {
    throw errorFromFailure(failure);
  }
  if (!answer.response.ok) throw errorFromAnswer(answer.response, answer.error);
  return answer.data as T;
}
