import { Archive } from '../archive/archive.js';
import { skipping } from '../archive/skipping.js';
import type { XmlElement, XmlVisitor } from '../archive/xml.js';
import type { DocumentBuilder } from '../builder.js';
import type { FormatReader } from '../context.js';
import { tooManyPages } from '../failures.js';
import { BlockFlow } from '../flow.js';
import { DrawingText } from '../ooxml/drawing-text.js';
import { OfficePackage } from '../ooxml/package.js';

/** PPTX (ECMA-376 part 1, PresentationML): slides in the order they are shown, then each one's notes. */
export const readPptx: FormatReader = async ({ bytes }, into, context) => {
  const archive = await Archive.open(bytes, context.expansion);
  const parts = new OfficePackage(archive, context.limits.maxDepth);
  const main = await parts.mainPart('ppt/presentation.xml');
  await parts.describe(into);
  const slides = await slidesInOrder(parts, main);
  if (slides.length > context.limits.maxPages) throw tooManyPages(slides.length, context.limits.maxPages);
  for (const [index, slide] of slides.entries()) {
    into.page = index + 1;
    await readSlide(parts, slide, into);
  }
};

async function slidesInOrder(parts: OfficePackage, main: string): Promise<string[]> {
  const ids: string[] = [];
  await parts.walk(main, {
    open: (element) => {
      if (element.name === 'p:sldId') ids.push(element.attribute('r:id') ?? '');
    },
  });
  const targets = new Map((await parts.relationships(main)).map(({ id, target }) => [id, target]));
  return ids.flatMap((id) => targets.get(id) ?? []).filter((target) => parts.has(target));
}

async function readSlide(parts: OfficePackage, slide: string, into: DocumentBuilder): Promise<void> {
  const diagrams: string[] = [];
  await parts.walk(slide, shapes(into, diagrams));
  const relations = await parts.relationships(slide);
  for (const { target } of relations.filter(({ id }) => diagrams.includes(id))) {
    await parts.walk(target, new DrawingText(new BlockFlow(into)));
  }
  for (const { target } of relations.filter(({ type }) => type === 'notesSlide')) {
    await parts.walk(target, shapes(into, []));
  }
}

function shapes(into: DocumentBuilder, diagrams: string[]): XmlVisitor {
  return skipping(new Set(['mc:Fallback']), new ShapeText(new BlockFlow(into), diagrams));
}

/** Placeholders that repeat on every slide and say nothing of its content. */
const FURNITURE = new Set(['sldNum', 'dt', 'hdr', 'ftr', 'sldImg']);
const TITLES = new Set(['title', 'ctrTitle']);

class ShapeText implements XmlVisitor {
  readonly #text: DrawingText;
  readonly #diagrams: string[];
  /** Placeholder type of the shape being read; undefined outside placeholders. */
  #placeholder: string | undefined;

  constructor(flow: BlockFlow, diagrams: string[]) {
    this.#diagrams = diagrams;
    this.#text = new DrawingText(flow, (each) => this.#beginParagraph(each));
  }

  open(element: XmlElement): void {
    if (element.name === 'p:sp') this.#placeholder = undefined;
    else if (element.name === 'p:ph') this.#placeholder = element.attribute('type') ?? 'obj';
    else if (element.name === 'dgm:relIds') this.#diagrams.push(element.attribute('r:dm') ?? '');
    else this.#text.open(element);
  }

  text(text: string): void {
    if (!FURNITURE.has(this.#placeholder ?? '')) this.#text.text(text);
  }

  close(name: string): void {
    if (name === 'p:sp') this.#placeholder = undefined;
    else this.#text.close(name);
  }

  /** Content placeholders are bulleted unless the theme says otherwise; notes and free shapes are prose. */
  #beginParagraph(flow: BlockFlow): void {
    if (TITLES.has(this.#placeholder ?? '')) flow.begin('heading', 1);
    else flow.begin(this.#placeholder === 'obj' ? 'list-item' : 'paragraph');
  }
}
