import { cpSync, mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin } from 'vite';

const from = (path: string) => fileURLToPath(new URL(path, import.meta.url));

// Grafana's components fetch their icons and fonts from a Grafana server's
// /public; here they lie beside the page.
const publicFiles: Plugin = {
  name: 'public-files',
  closeBundle() {
    cpSync(from('node_modules/@grafana/ui/dist/public/img/icons'), from('dist/public/build/img/icons'), { recursive: true });
    mkdirSync(from('dist/public/fonts/inter'), { recursive: true });
    for (const weight of ['Regular', 'Medium', 'Italic']) {
      cpSync(from(`node_modules/inter-ui/web/Inter-${weight}.woff2`), from(`dist/public/fonts/inter/Inter-${weight}.woff2`));
    }
  },
};

export default defineConfig({
  plugins: [publicFiles],
  resolve: {
    // A CommonJS module whose default export would otherwise arrive wrapped.
    alias: { 'react-custom-scrollbars-2': from('node_modules/react-custom-scrollbars-2/lib/index.js') },
  },
  build: {
    chunkSizeWarningLimit: 10_000,
    reportCompressedSize: false,
    rolldownOptions: { onLog: (level, log, handle) => log.code !== 'MODULE_LEVEL_DIRECTIVE' && handle(level, log) }, // "use client" is for servers
  },
});
