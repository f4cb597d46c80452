import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vite'
import { compress } from './compress'

/**
 * The pages of those who work here, an entry for each: nobody loads another page's code. The citizen's
 * script has a build of its own, with fixed names.
 */
export default defineConfig({
  base: '/',
  plugins: [vue(), compress('../static/assets')],
  build: {
    outDir: '../static',
    emptyOutDir: true,
    assetsInlineLimit: 0, // the content policy allows no data: addresses
    chunkSizeWarningLimit: 900,
    modulePreload: { polyfill: false }, // every browser that runs es2022 knows it
    target: 'es2022',
    rollupOptions: {
      input: ['console.html', 'admin.html', 'wall.html'],
      output: {
        entryFileNames: 'assets/[name]-[hash].js',
        chunkFileNames: 'assets/shared-[name]-[hash].js',
        assetFileNames: 'assets/[name]-[hash][extname]',
      },
    },
  },
})
