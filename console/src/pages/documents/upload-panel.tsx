import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { useSending } from '../../api/sending.js';
import { type Upload, useUploads } from '../../api/uploads.js';
import { plural } from '../../parts/format.js';
import { DropZone } from './drop-zone.js';
import { SendingItem } from './sending-item.js';
import { UploadItem } from './upload-item.js';

/** A folder may hold thousands. */
const MOST_SHOWN = 30;

interface UploadPanelProps {
  readonly collection: string;
}

/** Files are dropped here, or chosen; below, what has become of them. */
export function UploadPanel({ collection }: UploadPanelProps) {
  const { sending, send, again, cancel } = useSending();
  const uploads = useUploads();
  const shown = (uploads.data ?? []).filter((upload) => isRecent(upload));
  const unseen = sending.length - MOST_SHOWN;
  useWhenStored(uploads.data ?? []);
  return (
    <section className="upload" aria-label="Upload">
      <DropZone onFiles={(files) => send(files, collection)} />
      {(sending.length > 0 || shown.length > 0) && (
        <ul className="upload-list" aria-label="Uploads">
          {sending.slice(0, MOST_SHOWN).map((one) => (
            <SendingItem
              key={`s${one.id}`}
              sending={one}
              onAgain={() => again(one.id)}
              onCancel={() => cancel(one.id)}
            />
          ))}
          {unseen > 0 && <li className="upload-item soft small">and {plural(unseen, 'file')} more</li>}
          {shown.map((upload) => (
            <UploadItem key={upload.id} upload={upload} />
          ))}
        </ul>
      )}
    </section>
  );
}

const RECENT_MS = 15 * 60_000;

/** What failed stays until it is forgotten. */
function isRecent({ status, finishedAt }: Upload): boolean {
  if (status === 'failed' || finishedAt === null) return true;
  return Date.now() - new Date(finishedAt).getTime() < RECENT_MS;
}

/** Reads the documents again when an upload became one. */
function useWhenStored(uploads: readonly Upload[]): void {
  const queries = useQueryClient();
  const stored = uploads.filter(({ status }) => status === 'stored').length;
  const before = useRef(stored);
  useEffect(() => {
    if (before.current === stored) return;
    before.current = stored;
    void queries.invalidateQueries({ queryKey: ['documents'] });
  }, [stored, queries]);
}
