import { useQueryClient } from '@tanstack/react-query';
import { type DragEvent, useEffect, useRef, useState } from 'react';
import { useSending } from '../../api/sending.js';
import { isUnderWay, type Upload, useUploads } from '../../api/uploads.js';
import { Button } from '../../parts/button.js';
import { Icon } from '../../parts/icon.js';
import { SendingItem } from './sending-item.js';
import { UploadItem } from './upload-item.js';

interface UploadPanelProps {
  readonly collection: string;
}

/** Files are dropped here, or chosen; below, what has become of them. */
export function UploadPanel({ collection }: UploadPanelProps) {
  const { sending, send, cancel } = useSending();
  const [isBusy, setBusy] = useState(false);
  const uploads = useUploads(isBusy ? 'busy' : 'calm');
  const shown = (uploads.data ?? []).filter((upload) => isRecent(upload));
  useWhenStored(uploads.data ?? [], setBusy);
  return (
    <section className="upload" aria-label="Upload">
      <DropZone onFiles={(files) => send(files, collection)} />
      {(sending.length > 0 || shown.length > 0) && (
        <ul className="upload-list" aria-label="Uploads">
          {sending.map((one) => (
            <SendingItem key={`s${one.id}`} sending={one} onCancel={() => cancel(one.id)} />
          ))}
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

/** Reads the documents again when an upload became one, and tells how often to ask. */
function useWhenStored(uploads: readonly Upload[], setBusy: (isBusy: boolean) => void): void {
  const queries = useQueryClient();
  const isBusy = uploads.some(isUnderWay);
  const stored = uploads.filter(({ status }) => status === 'stored').length;
  const before = useRef(stored);
  useEffect(() => setBusy(isBusy), [isBusy, setBusy]);
  useEffect(() => {
    if (before.current === stored) return;
    before.current = stored;
    void queries.invalidateQueries({ queryKey: ['documents'] });
  }, [stored, queries]);
}

function DropZone({ onFiles }: { readonly onFiles: (files: readonly File[]) => void }) {
  const input = useRef<HTMLInputElement>(null);
  const [isOver, setOver] = useState(false);
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    onFiles([...event.dataTransfer.files]);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is an addition to the button inside
    <div
      className="drop-zone"
      data-over={isOver || undefined}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <Icon name="upload" />
      <p>
        <span className="drop-hint">Drop files here, or </span>
        <Button onClick={() => input.current?.click()}>Choose files</Button>
      </p>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        aria-label="Files to upload"
        onChange={({ target }) => {
          onFiles([...(target.files ?? [])]);
          target.value = '';
        }}
      />
    </div>
  );
}
