/** What of WebSocket is used, as browsers, Node and `ws` have it. */
export interface Socket {
  readonly readyState: number;
  onopen: (() => void) | null;
  onmessage: ((event: { readonly data: unknown }) => void) | null;
  onclose: ((event: { readonly code: number }) => void) | null;
  onerror: ((event: unknown) => void) | null;
  send(text: string): void;
  close(code?: number): void;
}

export const OPEN = 1;

type SocketConstructor = new (url: string) => Socket;

/** The platform's; on a Node that has none, that of the package `ws`. */
export async function openSocket(url: string): Promise<Socket> {
  const own = (globalThis as { WebSocket?: SocketConstructor }).WebSocket;
  const Constructor = own ?? ((await import('ws')).WebSocket as unknown as SocketConstructor);
  return new Constructor(url);
}
