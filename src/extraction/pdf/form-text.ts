import type { PDFPageProxy } from 'pdfjs-dist';

/** What pdf.js says of an annotation; it has no type of its own for it. */
interface Annotation {
  readonly subtype?: string;
  readonly fieldType?: string;
  readonly fieldValue?: unknown;
  readonly alternativeText?: string;
  readonly password?: boolean;
  readonly hidden?: boolean;
  readonly contentsObj?: { readonly str?: string };
}

/** Text that readers show on the page but its content stream lacks: form values and free text. */
export async function formText(page: PDFPageProxy): Promise<string[]> {
  const annotations: Annotation[] = await page.getAnnotations({ intent: 'display' });
  return annotations
    .filter(({ hidden, password }) => !hidden && !password)
    .map(textOf)
    .filter((text) => text.trim() !== '');
}

function textOf(annotation: Annotation): string {
  if (annotation.subtype === 'FreeText') return annotation.contentsObj?.str ?? '';
  const isText = annotation.fieldType === 'Tx' || annotation.fieldType === 'Ch';
  if (annotation.subtype !== 'Widget' || !isText) return '';
  const values = [annotation.fieldValue].flat().filter((value) => typeof value === 'string');
  const value = values.join(', ').trim();
  const label = annotation.alternativeText?.trim();
  return value !== '' && label ? `${label}: ${value}` : value;
}
