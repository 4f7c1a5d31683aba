import { defineConfig } from 'vite';

// The page is built beside the placeholder that stands in dist from the beginning; embed.go prefers what it finds here. All addresses are
// relative, so that the page works below any path that something in front of the gateway gives it.
export default defineConfig({
  base: './',
  build: {
    outDir: 'dist/app',
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
