/** What the server says of a request that failed: RFC 9457, with a code and a hint. */
export interface ProblemBody {
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly hint: string;
  /** The id of the request, by which the log is searched. */
  readonly instance?: string;
  readonly errors?: readonly { readonly path: string; readonly message: string }[];
}

/** A request that failed. Its status is 0 where the server was not reached. */
export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  readonly hint: string;
  readonly instance: string | undefined;
  readonly errors: NonNullable<ProblemBody['errors']>;

  constructor({ status, code, detail, hint, instance, errors = [] }: ProblemBody) {
    super(detail);
    this.name = 'Problem';
    this.status = status;
    this.code = code;
    this.hint = hint;
    this.instance = instance;
    this.errors = errors;
  }

  static unreachable(): Problem {
    return new Problem({
      status: 0,
      code: 'UNREACHABLE',
      detail: 'The server does not answer.',
      hint: 'Check that it runs; this page asks again when you press Retry.',
    });
  }

  /** Of an answer that is no success, whatever its body is. */
  static of(status: number, body: string): Problem {
    try {
      const parsed = JSON.parse(body) as Partial<ProblemBody>;
      if (typeof parsed.code === 'string') return new Problem({ ...UNTOLD, ...parsed, status });
    } catch {
      // Not ours: something between here and the server answered.
    }
    return new Problem({ ...UNTOLD, status });
  }
}

const UNTOLD = { code: 'UNKNOWN', detail: 'The request failed.', hint: 'Try again in a moment.' };

export function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  return new Problem({
    ...UNTOLD,
    status: 0,
    detail: error instanceof Error ? error.message : String(error),
  });
}
