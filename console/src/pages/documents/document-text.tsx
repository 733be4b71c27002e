import { useEffect, useRef } from 'react';
import { useDocumentText } from '../../api/documents.js';
import { Loaded } from '../../parts/loaded.js';
import { usePlace } from '../../shell/place.js';
import type { DocumentViewProps } from './document-page.js';

/** The text, with the passage that the address names highlighted and brought into view. */
export function DocumentText({ document }: DocumentViewProps) {
  const text = useDocumentText(document.id);
  const { query } = usePlace();
  const start = Number(query.get('start') ?? Number.NaN);
  const end = Number(query.get('end') ?? Number.NaN);
  return <Loaded of={text}>{(content) => <Passage content={content} start={start} end={end} />}</Loaded>;
}

interface PassageProps {
  readonly content: string;
  /** UTF-16 code units; not a number without a passage. */
  readonly start: number;
  readonly end: number;
}

function Passage({ content, start, end }: PassageProps) {
  const mark = useRef<HTMLElement>(null);
  useEffect(() => {
    if (start <= end) mark.current?.scrollIntoView({ block: 'center' });
  }, [start, end]);
  if (!(start < end)) return <div className="document-text">{content}</div>;
  return (
    <div className="document-text">
      {content.slice(0, start)}
      <mark ref={mark} className="passage">
        {content.slice(start, end)}
      </mark>
      {content.slice(end)}
    </div>
  );
}
