import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const WORDS =
  `harbour lantern granite bridge copper signal winter garden paper river turbine valve ledger audit permit
   contract supplier warehouse crane railway tunnel gauge pressure schedule inspection repair budget council
   district survey archive margin delivery container customs freight insurance claim policy tariff quarter`.split(
    /\s+/,
  );

/** Numbers from 0 up to 1, the same for the same seed (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A folder of Markdown documents of several sections, each section in the version that is asked for. */
export class SampleFolder {
  readonly path: string;
  readonly size: number;

  constructor(path: string, size: number) {
    this.path = path;
    this.size = size;
    mkdirSync(path, { recursive: true });
    for (let at = 0; at < size; at++) this.write(at);
  }

  /** Writes a document; `version` above 0 changes one of its sections. */
  write(at: number, version = 0): void {
    writeFileSync(this.#fileOf(at), documentOf(at, version));
  }

  /** Returns the path that is gone. */
  remove(at: number): string {
    rmSync(this.#fileOf(at), { force: true });
    return this.#fileOf(at);
  }

  #fileOf(at: number): string {
    return join(this.path, `report-${String(at).padStart(3, '0')}.md`);
  }
}

function documentOf(at: number, version: number): string {
  const sections = Array.from({ length: 4 }, (_, section) => {
    const changed = version > 0 && section === version % 4 ? version : 0;
    return `## Section ${section + 1}\n\n${prose(at * 1000 + section * 100 + changed)}`;
  });
  return [`# Report ${at}`, ...sections].join('\n\n');
}

function prose(seed: number): string {
  const random = randomFrom(seed);
  const word = () => WORDS[Math.floor(random() * WORDS.length)] ?? '';
  const sentence = () => `The ${Array.from({ length: 11 }, word).join(' ')}.`;
  return Array.from({ length: 6 }, sentence).join(' ');
}
