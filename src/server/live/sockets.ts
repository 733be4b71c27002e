import { AquiferError } from '../../errors/index.js';
import type { LiveSocket } from './socket.js';

const TERMINATE_MS = 1000;

/** The sockets of this server, by tenant once it is known. */
export class LiveSockets {
  readonly #open = new Set<LiveSocket>();
  readonly #tenants = new Map<string, number>();
  readonly #perTenant: number;
  #isClosing = false;

  constructor(perTenant: number) {
    this.#perTenant = perTenant;
  }

  get size(): number {
    return this.#open.size;
  }

  get isClosing(): boolean {
    return this.#isClosing;
  }

  add(socket: LiveSocket): void {
    this.#open.add(socket);
  }

  /** @throws AQF_RATE_LIMITED when the tenant has as many as it may */
  enter(tenantId: string): void {
    const open = this.#tenants.get(tenantId) ?? 0;
    if (open >= this.#perTenant) {
      throw new AquiferError(
        'AQF_RATE_LIMITED',
        `The tenant has ${open} sockets open at this server already.`,
        {
          hint: 'Close one, or follow several entities through one socket.',
        },
      );
    }
    this.#tenants.set(tenantId, open + 1);
  }

  remove(socket: LiveSocket, tenantId: string | undefined): void {
    this.#open.delete(socket);
    if (tenantId === undefined) return;
    const left = (this.#tenants.get(tenantId) ?? 0) - 1;
    if (left > 0) this.#tenants.set(tenantId, left);
    else this.#tenants.delete(tenantId);
  }

  /** Tells each client that the server goes away, so that it goes on at another; cuts those that do not answer. */
  async close(): Promise<void> {
    this.#isClosing = true;
    const open = [...this.#open];
    await Promise.all(open.map((socket) => socket.end(TERMINATE_MS)));
  }
}
