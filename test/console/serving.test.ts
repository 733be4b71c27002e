import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLog } from '../../src/logging/index.js';
import { createApp } from '../../src/server/app.js';
import { serveConsole } from '../../src/server/console.js';

const BROWSER = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };

describe('the files of the console', () => {
  let app: FastifyInstance;

  beforeAll(async () => {
    app = await createApp({
      log: createLog({ level: 'silent' }),
      bodyBytes: 1 << 20,
      uploadBytes: 1 << 20,
      requestTimeoutMs: 10_000,
      origins: [],
      trustProxy: false,
      connections: 10,
    });
    await serveConsole(app);
  });
  afterAll(() => app.close());

  const get = (url: string, headers: Record<string, string> = BROWSER) => app.inject({ url, headers });
  const assetOf = async (kind: 'js' | 'css') =>
    new RegExp(`/assets/[^"]+\\.${kind}`).exec((await get('/')).body)?.[0] ?? '';

  it('are one page for every address that a browser opens, asked for anew each time', async () => {
    for (const url of ['/', '/documents', '/data/suppliers/S-001?show=history', '/search?q=%C3%A4']) {
      const { statusCode, headers, body } = await get(url);
      expect(statusCode, url).toBe(200);
      expect(headers['content-type']).toContain('text/html');
      expect(headers['cache-control']).toBe('no-cache');
      expect(body).toContain('<div id="root">');
    }
  });

  it('are not what a program gets, nor who asks for another part of the server', async () => {
    const answers = await Promise.all([
      get('/documents', { accept: 'application/json' }),
      get('/api/nothing'),
      get('/v1/nothing'),
      get('/assets/nothing.js'),
      get('/assets/..%2F..%2Fpackage.json'),
      app.inject({ method: 'POST', url: '/documents', headers: BROWSER }),
    ]);
    for (const { statusCode, headers, body } of answers) {
      expect([400, 404]).toContain(statusCode);
      expect(headers['content-type']).not.toContain('text/html');
      expect(body).not.toContain('"name": "aquifer"');
    }
  });

  it('are kept for a year where their names say what is in them', async () => {
    const { headers, statusCode } = await get(await assetOf('js'));
    expect(statusCode).toBe(200);
    expect(headers['cache-control']).toBe('public, max-age=31536000, immutable');
    expect(headers['content-type']).toContain('javascript');
  });

  it.each(['br', 'gzip'])('come compressed by %s, as they were built', async (encoding) => {
    const url = await assetOf('js');
    const [plain, compressed] = [await get(url), await get(url, { ...BROWSER, 'accept-encoding': encoding })];
    expect(compressed.headers['content-encoding']).toBe(encoding);
    expect(compressed.rawPayload.length).toBeLessThan(plain.rawPayload.length / 2);
  });

  it('hold nothing that the policy refuses: nothing inline, nothing from elsewhere', async () => {
    const { body, headers } = await get('/');
    expect(headers['content-security-policy']).toContain("script-src 'self'");
    expect(headers['content-security-policy']).not.toContain('unsafe');
    expect(body).not.toMatch(/<style|style=|<script(?![^>]*src=)|https?:/);
    expect((await get(await assetOf('css'))).body).not.toMatch(/url\(|@import/);
  });
});
