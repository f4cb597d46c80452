import { defineConfig } from 'vite'
import { compress } from './compress'

/** The citizen's call script and style: fixed names, because a server-rendered page names them. */
export default defineConfig({
  base: '/',
  publicDir: false,
  plugins: [compress('../static/assets')],
  build: {
    outDir: '../static',
    emptyOutDir: false, // runs after the console's build
    assetsInlineLimit: 0,
    target: 'es2020',
    cssCodeSplit: true,
    rollupOptions: {
      input: 'src/citizen/call.ts',
      output: {
        format: 'es',
        entryFileNames: 'assets/call.js',
        assetFileNames: 'assets/citizen[extname]',
      },
    },
  },
})
