import { createHash } from 'node:crypto';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as wait } from 'node:timers/promises';
import { seeded } from '../support/seeded.js';
import { type Answer, DIMENSIONS } from './pipeline-worker.js';

/** Milliseconds of a call, so that something is in flight when something is killed. */
const LATENCY_MS = 100;

/** A model behind HTTP that counts what it embeds, and now and then answers 429 or 500, nothing at all, or half. */
export class FlakyModel {
  readonly #server: Server;
  readonly #random = seeded(7);
  readonly #counts = new Map<string, number>();
  readonly troubles = { limited: 0, failed: 0, hung: 0, halved: 0 };
  calls = 0;

  private constructor() {
    this.#server = createServer(async (request, response) => {
      const texts = JSON.parse(await text(request)) as string[];
      await wait(LATENCY_MS);
      this.#answer(texts, response);
    });
  }

  static async start(): Promise<FlakyModel> {
    const model = new FlakyModel();
    await new Promise<void>((resolve) => model.#server.listen(0, '127.0.0.1', resolve));
    return model;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/`;
  }

  get distinct(): number {
    return this.#counts.size;
  }

  /** How many texts were embedded beyond the first time. */
  get repeated(): number {
    return [...this.#counts.values()].reduce((sum, times) => sum + times - 1, 0);
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #answer(texts: readonly string[], response: ServerResponse): void {
    this.calls += 1;
    const dice = this.#random();
    if (dice < 0.04) {
      this.troubles.limited += 1;
      response.writeHead(429).end();
    } else if (dice < 0.07) {
      this.troubles.failed += 1;
      response.writeHead(500).end();
    } else if (dice < 0.08) {
      this.troubles.hung += 1;
    } else {
      const isHalf = dice < 0.12;
      if (isHalf) this.troubles.halved += 1;
      const answered = isHalf ? texts.slice(0, texts.length >> 1) : texts;
      for (const each of answered) this.#counts.set(each, (this.#counts.get(each) ?? 0) + 1);
      const answer: Answer = texts.map((each, at) => (at < answered.length ? vectorOf(each) : null));
      response.end(JSON.stringify(answer));
    }
  }
}

function vectorOf(of: string): number[] {
  const bytes = createHash('sha256').update(of).digest();
  const vector = Array.from({ length: DIMENSIONS }, (_, at) => (bytes[at] ?? 0) - 127.5);
  const length = Math.hypot(...vector);
  return vector.map((value) => value / length);
}
