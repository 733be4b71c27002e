import type { Problem } from './generated/api.js';

/** An error that a server answered with, or none that it could be reached. */
export class ApiError extends Error {
  /** The stable code, `AQF_…`; `AQF_CLIENT_UNREACHABLE` when no answer came. */
  readonly code: string;
  /** 0 when no answer came. */
  readonly status: number;
  /** What to do. */
  readonly hint: string;
  /** The id of the request, by which the log of the server is searched. */
  readonly requestId: string | undefined;
  /** What of the request is wrong, where it is the request. */
  readonly errors: Problem['errors'];

  constructor(problem: Partial<Problem> & Pick<Problem, 'code' | 'detail'>, options?: ErrorOptions) {
    super(`${problem.code}: ${problem.detail}`, options);
    this.name = 'ApiError';
    this.code = problem.code;
    this.status = problem.status ?? 0;
    this.hint = problem.hint ?? '';
    this.requestId = problem.instance;
    this.errors = problem.errors;
  }
}

export function unreachable(cause: unknown): ApiError {
  const problem = {
    code: 'AQF_CLIENT_UNREACHABLE',
    detail: 'The server cannot be reached.',
    hint: 'Check its address, and that it runs.',
  };
  return new ApiError(problem, { cause });
}

/** Whatever was answered: what stands between client and server answers errors of its own. */
export async function errorOf(response: Response): Promise<ApiError> {
  const text = await response.text();
  const isProblem = response.headers.get('content-type')?.includes('problem+json') ?? false;
  if (isProblem) return new ApiError(JSON.parse(text) as Problem);
  return statusError(response.status, text);
}

export function statusError(status: number, text: string): ApiError {
  return new ApiError({
    code: 'AQF_CLIENT_REFUSED',
    status,
    detail: `The answer was ${status}: ${text.slice(0, 200)}`,
    hint: 'It was not Aquifer that answered so: look at what stands before it.',
  });
}
