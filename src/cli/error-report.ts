import { isAquiferError, messageOf } from '../errors/index.js';
import { coloursFor } from './output/colours.js';

/** Says on stderr what went wrong and what to do. A defect of ours also shows its stack. */
export function reportError(error: unknown, { json }: { readonly json: boolean }): void {
  if (json) {
    const shown = isAquiferError(error)
      ? error.toJSON()
      : { code: 'AQF_INTERNAL', message: messageOf(error) };
    process.stderr.write(`${JSON.stringify({ error: shown })}\n`);
    return;
  }
  const colours = coloursFor(process.stderr);
  if (isAquiferError(error)) {
    process.stderr.write(
      `${colours.red('error')} ${error.message}\n${colours.dim(`${error.code} · ${error.hint}`)}\n`,
    );
    return;
  }
  process.stderr.write(`${colours.red('error')} ${error instanceof Error ? error.stack : String(error)}\n`);
}
