import pc from 'picocolors';

export type Colours = ReturnType<typeof pc.createColors>;

/** What of an output stream decides whether it takes colours. */
export interface MaybeTerminal {
  readonly isTTY?: boolean | undefined;
}

/** Colours on a terminal alone, and none where NO_COLOR is set (https://no-color.org) or the terminal is dumb. */
export function coloursFor(
  stream: MaybeTerminal,
  env: Readonly<Record<string, string | undefined>> = process.env,
): Colours {
  return pc.createColors(stream.isTTY === true && !env.NO_COLOR && env.TERM !== 'dumb');
}
