import { describe, expect, it } from 'vitest';
import { loadPeer } from './load-peer.js';

describe('loadPeer', () => {
  it('names the package to install when it is missing', async () => {
    const missing = 'a-package-that-is-not-installed';
    const peer = { name: 'pdfjs-dist', install: 'pdfjs-dist@5.6', neededBy: 'This file' };
    await expect(loadPeer(peer, () => import(missing))).rejects.toMatchObject({
      code: 'AQF_PEER_MISSING',
      message: 'This file needs the package pdfjs-dist, which is not installed.',
      hint: 'npm install pdfjs-dist@5.6',
    });
  });

  it('does not hide an error of the package itself', async () => {
    const broken = () => Promise.reject(new Error('broken'));
    await expect(loadPeer({ name: 'x', install: 'x', neededBy: 'x' }, broken)).rejects.toThrow('broken');
  });
});
