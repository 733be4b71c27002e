import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const BROWSERS = ['chrome123', 'edge123', 'firefox128', 'safari17.5'];

/** The server's policy allows nothing inline, so that nothing is inlined. */
export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  logLevel: 'warn',
  build: {
    outDir: fileURLToPath(new URL('../dist/console', import.meta.url)),
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: BROWSERS,
    cssTarget: BROWSERS,
    reportCompressedSize: false,
    rolldownOptions: { onLog },
  },
  // A console that is being worked on asks the server that runs: npx vite console
  server: {
    proxy: {
      '/api': 'http://127.0.0.1:4100',
      '/ws': { target: 'ws://127.0.0.1:4100', ws: true },
    },
  },
});

/** Libraries mark their modules for servers that render React, which this is not. */
function onLog(level, log, handler) {
  if (log.code !== 'MODULE_LEVEL_DIRECTIVE') handler(level, log);
}
