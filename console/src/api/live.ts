import { useEffect, useRef, useState } from 'react';
import { useApi } from './api-context.js';

/** A change as the live stream tells it. */
export interface LiveEvent {
  readonly id: string;
  readonly entity: string;
  readonly rowId: string;
  readonly operation: string;
  readonly changed: readonly string[] | null;
  readonly revision: number | null;
  readonly actorId: string | null;
  readonly at: string;
}

export type LiveState = 'connecting' | 'listening' | 'lost' | 'paused';

type Message =
  | { readonly type: 'ready' }
  | { readonly type: 'subscribed'; readonly position: string }
  | { readonly type: 'position'; readonly position: string }
  | { readonly type: 'event'; readonly position: string; readonly event: LiveEvent }
  | { readonly type: 'error'; readonly code: string; readonly detail: string; readonly hint: string };

const KEPT = 200;
const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 30_000;
const SUBSCRIPTION = 'console';

/**
 * Changes of the tenant as they happen, the newest first. After a cut it goes on from the last position, so that
 * nothing is missing and nothing doubled.
 */
export function useLive(isWanted: boolean) {
  const { key } = useApi();
  const [events, setEvents] = useState<readonly LiveEvent[]>([]);
  const [state, setState] = useState<LiveState>('connecting');
  const [reason, setReason] = useState('');
  const position = useRef<string>(undefined);

  useEffect(() => {
    if (!isWanted) {
      setState('paused');
      return undefined;
    }
    let pauseMs = FIRST_PAUSE_MS;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let socket: WebSocket | undefined;
    let isOver = false;

    const take = (message: Message) => {
      if (message.type === 'ready') {
        const from = position.current === undefined ? {} : { position: position.current };
        socket?.send(JSON.stringify({ type: 'subscribe', id: SUBSCRIPTION, ...from }));
      }
      if (message.type === 'subscribed') {
        position.current = message.position;
        pauseMs = FIRST_PAUSE_MS;
        setState('listening');
      }
      if (message.type === 'position') position.current = message.position;
      if (message.type === 'event') {
        position.current = message.position;
        setEvents((all) => [message.event, ...all].slice(0, KEPT));
      }
      if (message.type === 'error') setReason(`${message.detail} ${message.hint}`);
    };

    const connect = () => {
      setState('connecting');
      socket = new WebSocket(`${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/ws`);
      socket.addEventListener('open', () => socket?.send(JSON.stringify({ type: 'authenticate', key })));
      socket.addEventListener('message', ({ data }) => take(JSON.parse(String(data)) as Message));
      socket.addEventListener('close', () => {
        if (isOver) return;
        setState('lost');
        timer = setTimeout(connect, pauseMs);
        pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
      });
    };
    connect();
    return () => {
      isOver = true;
      clearTimeout(timer);
      socket?.close();
    };
  }, [key, isWanted]);

  return { events, state, reason };
}
