import type { z } from 'zod';
import { defineRoute, type Route } from '../route.js';
import { errorAnswer } from './answers.js';

type Schema = z.ZodType | undefined;

/** A route below `/v1`: its errors are as OpenAI's clients read them. */
export function defineOpenAiRoute<
  P extends Schema = undefined,
  Q extends Schema = undefined,
  B extends Schema = undefined,
>(route: Omit<Route<P, Q, B>, 'tag' | 'error'>): Route {
  return defineRoute<P, Q, B>({ ...route, tag: 'OpenAI', error: errorAnswer });
}
