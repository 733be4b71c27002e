import type { Mark } from '../api/search.js';

interface MarkedProps {
  readonly text: string;
  /** In order, and apart from each other. */
  readonly marks: readonly Mark[];
}

/** A text with spans of it highlighted. */
export function Marked({ text, marks }: MarkedProps) {
  const ends = [0, ...marks.map(([, end]) => end)];
  return (
    <>
      {marks.map(([start, end], at) => (
        <span key={start}>
          {text.slice(ends[at], start)}
          <mark>{text.slice(start, end)}</mark>
        </span>
      ))}
      {text.slice(ends.at(-1))}
    </>
  );
}
