import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { defineConfig, type Plugin } from 'vite';

const outDir = 'dist/app';

// Scripts and styles are kept compressed alone, as they are sent: a third of their size in the program and on the way.
const compress: Plugin = {
  name: 'compress',
  apply: 'build',
  enforce: 'post',
  async closeBundle() {
    const assets = join(import.meta.dirname, outDir, 'assets');
    for (const name of (await readdir(assets)).filter((one) => /\.(js|css)$/.test(one))) {
      const file = join(assets, name);
      await writeFile(`${file}.gz`, gzipSync(await readFile(file), { level: 9 }));
      await rm(file);
    }
  },
};

// The page is built beside the placeholder that stands in dist from the beginning; embed.go prefers what it finds here. All addresses are
// relative, so that the page works below any path that something in front of the gateway gives it.
export default defineConfig({
  base: './',
  plugins: [compress],
  build: {
    outDir,
    emptyOutDir: true,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 4000, // the editor is what it is
    rolldownOptions: {
      // Libraries say "use client" for frameworks that render on servers; here there is none.
      onLog: (level, log, next) => log.code === 'MODULE_LEVEL_DIRECTIVE' || next(level, log),
    },
  },
  server: { proxy: { '/graphql': 'http://127.0.0.1:8080', '/media': 'http://127.0.0.1:8080' } },
});
