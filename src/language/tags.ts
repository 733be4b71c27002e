import { AquiferError } from '../errors/index.js';

/** The tag for text of which no language is known (BCP 47). */
export const UNDETERMINED = 'und';

/** What languages are told apart by: `pt` of `pt-BR`. As `aquifer.primary_language` in SQL. */
export function primaryLanguage(tag: string): string {
  return /^[A-Za-z]+/.exec(tag)?.[0].toLowerCase() ?? UNDETERMINED;
}

/**
 * A BCP 47 tag in its canonical form: `pt-BR` for `PT-br`.
 * @throws AQF_ARGUMENT_INVALID
 */
export function languageTag(value: string): string {
  try {
    return new Intl.Locale(value).toString();
  } catch {
    throw new AquiferError('AQF_ARGUMENT_INVALID', `"${value}" is no language tag such as de or pt-BR.`, {
      facts: { language: value },
    });
  }
}
