import type { Error as ErrorBody, FieldError } from './schema';

export type { FieldError };

/** What a call that failed is thrown as. `code` is the server's, or one of the page's own below. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly fields: readonly FieldError[];
  /** Seconds after which another attempt makes sense; null when the server did not say. */
  readonly retryAfter: number | null;

  constructor(init: { status: number; code: string; message: string; fields?: readonly FieldError[]; retryAfter?: number | null }) {
    super(init.message);
    this.name = 'ApiError';
    this.status = init.status;
    this.code = init.code;
    this.fields = init.fields ?? [];
    this.retryAfter = init.retryAfter ?? null;
  }
}

/** No answer at all: the server is away, or this machine is offline. */
export const NETWORK_ERROR = 'network';
/** An answer that is not ours, for example the error page of a proxy in between. */
export const STRANGE_ANSWER = 'strange_answer';

export function errorFromAnswer(response: Response, body: unknown): ApiError {
  const retryAfter = Number.parseInt(response.headers.get('Retry-After') ?? '', 10);
  const shared = { status: response.status, retryAfter: Number.isNaN(retryAfter) ? null : retryAfter };
  if (!isErrorBody(body)) return new ApiError({ ...shared, code: STRANGE_ANSWER, message: response.statusText });
  return new ApiError({ ...shared, code: body.code, message: body.error, fields: body.fields ?? [] });
}

export function errorFromFailure(failure: unknown): ApiError {
  if (failure instanceof ApiError) return failure;
  const message = failure instanceof Error ? failure.message : String(failure);
  return new ApiError({ status: 0, code: NETWORK_ERROR, message });
}

/** Only what may be different on another attempt is worth one. */
export function isWorthRetrying(error: unknown): boolean {
  return error instanceof ApiError && (error.code === NETWORK_ERROR || error.status === 503 || error.status === 502);
}

function isErrorBody(body: unknown): body is ErrorBody {
  return typeof body === 'object' && body !== null && typeof (body as { code?: unknown }).code === 'string';
}
