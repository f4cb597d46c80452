import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vite'
import { compress } from './compress'

/** The console. The citizen's script has a build of its own, with fixed names. */
export default defineConfig({
  base: '/',
  plugins: [vue(), compress('../static/assets')],
  build: {
    outDir: '../static',
    emptyOutDir: true,
    assetsInlineLimit: 0, // the content policy allows no data: addresses
    chunkSizeWarningLimit: 900,
    target: 'es2022',
    rollupOptions: {
      input: 'console.html',
      output: {
        entryFileNames: 'assets/console-[hash].js',
        chunkFileNames: 'assets/console-[name]-[hash].js',
        assetFileNames: 'assets/[name]-[hash][extname]',
      },
    },
  },
})
