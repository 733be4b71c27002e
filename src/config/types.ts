import type { z } from 'zod';
import type { configSchema } from './schema/index.js';

type DeepReadonly<T> = T extends object ? { readonly [Key in keyof T]: DeepReadonly<T[Key]> } : T;

/** The configuration in force: every default filled in, frozen. */
export type AquiferConfig = DeepReadonly<z.output<typeof configSchema>>;

/** What code and configuration files may give: any part of the configuration. */
export type AquiferConfigInput = DeepReadonly<z.input<typeof configSchema>>;

/** Variables by name. An empty text counts as not set. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Where a value came from. `name` is the variable, the file, or what stands in for `code`. */
export interface ConfigSource {
  readonly kind: 'code' | 'env' | 'file' | 'default';
  readonly name?: string;
  /** Path of the setting that this value follows from, where it was not given itself. */
  readonly impliedBy?: string;
}

export interface ResolvedConfig {
  readonly values: AquiferConfig;
  /** By dotted path, such as `relational.url`. */
  readonly sources: Readonly<Record<string, ConfigSource>>;
  /** The configuration file that was read. */
  readonly file?: string;
  /** What is odd but not wrong: a variable that nothing reads, a setting set aside. Secrets masked. */
  readonly warnings: readonly string[];
}
