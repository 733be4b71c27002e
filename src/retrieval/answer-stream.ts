import type { SearchOptions } from '../search/index.js';
import { type Answer, type AnswerDependencies, type AnswerOptions, answer } from './answer.js';

/** An answer while it is written. */
export interface AnswerStream extends AsyncIterable<string> {
  /** The whole, with its citations. */
  readonly answer: Promise<Answer>;
}

/** As `answer`, its text to be iterated as it comes. Who stops reading may still await the whole. */
export function streamAnswer<Options = SearchOptions>(
  deps: AnswerDependencies<Options>,
  question: string,
  options: AnswerOptions<Options> = {} as AnswerOptions<Options>,
): AnswerStream {
  let controller: ReadableStreamDefaultController<string> | undefined;
  const text = new ReadableStream<string>({
    start: (started) => {
      controller = started;
    },
    cancel: () => {
      controller = undefined;
    },
  });
  const whole = answer<Options>(deps, question, {
    ...options,
    onText: (piece: string) => controller?.enqueue(piece),
  });
  whole.then(
    () => controller?.close(),
    (error: unknown) => controller?.error(error),
  );
  return { answer: whole, [Symbol.asyncIterator]: () => text[Symbol.asyncIterator]() };
}
