import { AquiferError, isAquiferError } from '../errors/index.js';

/** An error as HTTP tells it: RFC 9457, with our code and hint. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: string;
  readonly hint: string;
  /** The id of the request, by which the log is searched. */
  readonly instance: string;
  /** What of the request is wrong, where it is the request. */
  readonly errors?: readonly ProblemPart[];
}

export interface ProblemPart {
  /** Where in the request: `body.limit`. */
  readonly path: string;
  readonly message: string;
}

export const PROBLEM_TYPE = 'application/problem+json';

/** A request that a schema refused. */
export class RequestInvalidError extends AquiferError {
  readonly errors: readonly ProblemPart[];

  constructor(errors: readonly ProblemPart[]) {
    const [first] = errors;
    const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : '';
    super(
      'AQF_ARGUMENT_INVALID',
      first ? `${first.path}: ${first.message}${more}` : 'The request is not valid.',
    );
    this.errors = errors;
  }
}

/** What Fastify and its plugins raise of a request, by their codes. */
const OF_FASTIFY: Readonly<Record<string, ConstructorParameters<typeof AquiferError>>> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: [
    'AQF_MEDIA_TYPE_UNSUPPORTED',
    'The content type of the body is not one that this route takes.',
  ],
  FST_ERR_CTP_BODY_TOO_LARGE: ['AQF_BODY_TOO_LARGE', 'The body is larger than this server takes.'],
  FST_REQ_FILE_TOO_LARGE: ['AQF_BODY_TOO_LARGE', 'The file is larger than this server takes.'],
  FST_ERR_CTP_EMPTY_JSON_BODY: ['AQF_ARGUMENT_INVALID', 'The body is empty, and its content type says JSON.'],
  FST_ERR_CTP_INVALID_JSON_BODY: ['AQF_ARGUMENT_INVALID', 'The body is not JSON.'],
};

/** Any error as one of ours. What is not of the request is AQF_INTERNAL, whose cause stays in the log. */
export function asAquiferError(error: unknown): AquiferError {
  if (isAquiferError(error)) return error;
  const { code, statusCode } = error as { code?: string; statusCode?: number };
  const known = code === undefined ? undefined : OF_FASTIFY[code];
  if (known) return new AquiferError(...known);
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) {
    return new AquiferError('AQF_ARGUMENT_INVALID', 'The request cannot be read.', { cause: error });
  }
  return new AquiferError('AQF_INTERNAL', 'Something went wrong.', { cause: error });
}

export function toProblem(error: AquiferError, requestId: string): Problem {
  return {
    type: `urn:aquifer:error:${error.code}`,
    title: TITLES[error.status] ?? 'Error',
    status: error.status,
    // What a defect says of itself is for the log.
    detail: error.code === 'AQF_INTERNAL' ? 'Something went wrong.' : error.message,
    code: error.code,
    hint: error.hint,
    instance: requestId,
    ...(error instanceof RequestInvalidError && { errors: error.errors }),
  };
}

const TITLES: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  409: 'Conflict',
  410: 'Gone',
  412: 'Precondition Failed',
  413: 'Content Too Large',
  415: 'Unsupported Media Type',
  422: 'Unprocessable Content',
  428: 'Precondition Required',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  501: 'Not Implemented',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
};
