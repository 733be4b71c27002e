import { z } from 'zod';

/** How a setting is read from a variable, shown and kept secret. */
export type SettingKind = 'text' | 'number' | 'boolean' | 'url' | 'secret';

/** What the schema alone cannot say of a setting. */
export interface SettingMeta {
  readonly kind: SettingKind;
  readonly description: string;
  /** Completes "allowed: …" in an error. */
  readonly allowed: string;
  /** Environment variables that set it, the first found wins. */
  readonly variables: readonly string[];
  /** Variables that together make up the value where none of `variables` is set. */
  readonly composedFrom?: readonly string[];
}

export const settingRegistry = z.registry<SettingMeta>();

type Described = Pick<SettingMeta, 'description' | 'variables'>;

interface NumberRange extends Described {
  readonly min: number;
  readonly max: number;
  readonly default: number;
}

export function wholeNumber({ min, max, default: preset, ...described }: NumberRange) {
  return z
    .int()
    .min(min)
    .max(max)
    .default(preset)
    .register(settingRegistry, {
      kind: 'number',
      allowed: `a whole number from ${min} to ${max}`,
      ...described,
    });
}

export function decimal({ min, max, default: preset, ...described }: NumberRange) {
  return boundedNumber(min, max)
    .default(preset)
    .register(settingRegistry, {
      kind: 'number',
      allowed: numberRange(min, max),
      ...described,
    });
}

export function optionalDecimal({ min, max, ...described }: Omit<NumberRange, 'default'>) {
  return boundedNumber(min, max)
    .optional()
    .register(settingRegistry, {
      kind: 'number',
      allowed: numberRange(min, max),
      ...described,
    });
}

/** On or off. */
export function flag({ default: preset, ...described }: Described & { readonly default: boolean }) {
  return z
    .boolean()
    .default(preset)
    .register(settingRegistry, { kind: 'boolean', allowed: 'true or false', ...described });
}

export function choice<const Options extends readonly [string, ...string[]]>(
  options: Options,
  preset: NoInfer<Options[number]>,
  described: Described & { readonly allowed?: string },
) {
  const schema = z.enum(options);
  return schema
    .default(schema.parse(preset))
    .register(settingRegistry, { kind: 'text', allowed: options.join(' or '), ...described });
}

function boundedNumber(min: number, max: number) {
  return z.number().min(min).max(max);
}

function numberRange(min: number, max: number): string {
  return `a number from ${min} to ${max}`;
}
