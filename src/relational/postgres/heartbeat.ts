import type pg from 'pg';
import { cut } from './dedicated.js';

/** A connection may be dead without a sign: a cable pulled, a firewall that forgot it. */
const BEAT_MS = 5_000;

/** Asks the server for a sign of life every 5 s, and cuts the connection when the last one is still outstanding. */
export function startHeartbeat(client: pg.Client): () => void {
  let isOutstanding = false;
  const timer = setInterval(() => {
    if (isOutstanding) {
      cut(client);
      return;
    }
    isOutstanding = true;
    client.query('select 1').then(
      () => {
        isOutstanding = false;
      },
      () => undefined,
    );
  }, BEAT_MS);
  timer.unref();
  return () => clearInterval(timer);
}
