import type { OfficePackage } from './package.js';

interface Style {
  readonly basedOn?: string;
  readonly outlineLevel?: number;
  readonly isList: boolean;
}

/** What paragraph styles say about structure, with inheritance resolved. */
export interface WordStyles {
  /** 1 to 6 for a heading style, otherwise undefined. */
  headingLevel(styleId: string): number | undefined;
  isList(styleId: string): boolean;
}

const MAX_INHERITANCE = 32;

export async function readWordStyles(parts: OfficePackage, part: string | undefined): Promise<WordStyles> {
  const styles = part === undefined ? new Map<string, Style>() : await readStyles(parts, part);
  return {
    headingLevel: (id) => inherited(styles, id, (style) => style.outlineLevel),
    isList: (id) => inherited(styles, id, (style) => style.isList || undefined) ?? false,
  };
}

function inherited<T>(
  styles: ReadonlyMap<string, Style>,
  id: string,
  pick: (style: Style) => T | undefined,
): T | undefined {
  let style = styles.get(id);
  for (let step = 0; style && step < MAX_INHERITANCE; step += 1) {
    const value = pick(style);
    if (value !== undefined) return value;
    style = style.basedOn === undefined ? undefined : styles.get(style.basedOn);
  }
  return undefined;
}

async function readStyles(parts: OfficePackage, part: string): Promise<Map<string, Style>> {
  const styles = new Map<string, Style>();
  let id = '';
  let style: { basedOn?: string; outlineLevel?: number; isList: boolean } = { isList: false };
  await parts.walk(part, {
    open: (element) => {
      const value = element.attribute('w:val') ?? '';
      switch (element.name) {
        case 'w:style':
          id = element.attribute('w:styleId') ?? '';
          style = { isList: false };
          break;
        case 'w:name':
          style = { ...style, ...levelOfName(value) };
          break;
        case 'w:basedOn':
          style.basedOn = value;
          break;
        case 'w:outlineLvl':
          style = { ...style, ...levelOfOutline(value) };
          break;
        case 'w:numId':
          style.isList = value !== '0';
      }
    },
    close: (name) => {
      if (name === 'w:style') styles.set(id, style);
    },
  });
  return styles;
}

/** Built-in style names are stored in English whatever the language of Word. */
function levelOfName(name: string): { outlineLevel?: number } {
  if (/^title$/i.test(name)) return { outlineLevel: 1 };
  const level = /^heading ([1-9])$/i.exec(name)?.[1];
  return level === undefined ? {} : { outlineLevel: Number(level) };
}

/** Outline levels count from 0; 9 is body text (ECMA-376 part 1, 17.3.1.20). */
export function levelOfOutline(value: string): { outlineLevel?: number } {
  const level = Number(value);
  return Number.isInteger(level) && level >= 0 && level < 9 ? { outlineLevel: level + 1 } : {};
}
