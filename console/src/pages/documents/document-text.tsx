import { useEffect, useMemo, useRef } from 'react';
import { useDocumentText } from '../../api/documents.js';
import { Loaded } from '../../parts/loaded.js';
import { Marked } from '../../parts/marked.js';
import { densest, marksOf } from '../../parts/words.js';
import { usePlace } from '../../shell/place.js';
import type { DocumentViewProps } from './document-page.js';

/** The text, with the passage that the address names set off, its words highlighted, and brought into view. */
export function DocumentText({ document }: DocumentViewProps) {
  const text = useDocumentText(document.id);
  const { query } = usePlace();
  const start = Number(query.get('start') ?? Number.NaN);
  const end = Number(query.get('end') ?? Number.NaN);
  const words = query.get('words') ?? '';
  return (
    <Loaded of={text}>
      {(content) => {
        if (!(start < end)) return <div className="document-text">{content}</div>;
        return (
          <div className="document-text">
            {content.slice(0, start)}
            <Passage key={start} text={content.slice(start, end)} words={words} />
            {content.slice(end)}
          </div>
        );
      }}
    </Loaded>
  );
}

interface PassageProps {
  readonly text: string;
  /** Separated by commas. */
  readonly words: string;
}

/** Where most of the words are close together is where one wants to read. */
function Passage({ text, words }: PassageProps) {
  const section = useRef<HTMLElement>(null);
  const marks = useMemo(() => marksOf(text, words === '' ? [] : words.split(',')), [text, words]);
  useEffect(() => {
    const found = section.current?.querySelectorAll('mark')[densest(marks)];
    if (found) found.scrollIntoView({ block: 'center' });
    else section.current?.scrollIntoView({ block: 'start' });
  }, [marks]);
  return (
    <section className="passage" aria-label="Passage" ref={section}>
      <Marked text={text} marks={marks} />
    </section>
  );
}
