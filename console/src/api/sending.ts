import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useRef, useState } from 'react';
import { useApi } from './api-context.js';
import type { PickedFile } from './dropped-files.js';
import { asProblem, type Problem } from './problem.js';
import { sendFile } from './send-file.js';

/** A file that this page is sending, or could not send. What arrived is among the uploads. */
export interface Sending {
  readonly id: number;
  readonly name: string;
  readonly bytes: number;
  /** 0 to 1 */
  readonly share: number;
  readonly problem: Problem | undefined;
}

const AT_ONCE = 3;

interface Job extends PickedFile {
  readonly id: number;
  readonly collection: string;
}

/** Files to send, three at once. */
export function useSending() {
  const api = useApi();
  const queries = useQueryClient();
  const [sending, setSending] = useState<readonly Sending[]>([]);
  const waiting = useRef<Job[]>([]);
  const failed = useRef(new Map<number, Job>());
  const running = useRef(new Map<number, AbortController>());
  const ids = useRef(0);

  const change = useCallback((id: number, part: Partial<Sending>) => {
    setSending((all) => all.map((one) => (one.id === id ? { ...one, ...part } : one)));
  }, []);
  const drop = useCallback((id: number) => {
    failed.current.delete(id);
    setSending((all) => all.filter((one) => one.id !== id));
  }, []);

  const next = useCallback(() => {
    const job = running.current.size < AT_ONCE ? waiting.current.shift() : undefined;
    if (!job) return;
    const abort = new AbortController();
    running.current.set(job.id, abort);
    sendFile(api, { ...job, signal: abort.signal, onProgress: (share) => change(job.id, { share }) })
      .then(async () => {
        await queries.invalidateQueries({ queryKey: ['uploads'] });
        drop(job.id);
      })
      .catch((error: unknown) => {
        if (abort.signal.aborted) return drop(job.id);
        failed.current.set(job.id, job);
        change(job.id, { problem: asProblem(error) });
      })
      .finally(() => {
        running.current.delete(job.id);
        next();
      });
    next();
  }, [api, queries, change, drop]);

  const send = useCallback(
    (files: readonly PickedFile[], collection: string) => {
      const jobs = files.map((picked) => ({ ...picked, id: ++ids.current, collection }));
      waiting.current.push(...jobs);
      setSending((all) => [
        ...all,
        ...jobs.map(({ id, file, source }) => ({
          id,
          name: source,
          bytes: file.size,
          share: 0,
          problem: undefined,
        })),
      ]);
      next();
    },
    [next],
  );

  const again = useCallback(
    (id: number) => {
      const job = failed.current.get(id);
      if (!job) return;
      failed.current.delete(id);
      waiting.current.push(job);
      change(id, { share: 0, problem: undefined });
      next();
    },
    [change, next],
  );

  const cancel = useCallback(
    (id: number) => {
      waiting.current = waiting.current.filter((job) => job.id !== id);
      running.current.get(id)?.abort();
      drop(id);
    },
    [drop],
  );

  return { sending, send, again, cancel };
}
