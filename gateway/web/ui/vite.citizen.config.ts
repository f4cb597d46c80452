import { defineConfig } from 'vite'
import { compress } from './compress'

/** The citizen's scripts and styles: fixed names, because server-rendered pages name them. */
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
      input: {
        call: 'src/citizen/call.ts',
        chat: 'src/citizen/chat.ts',
        form: 'src/citizen/form.ts',
      },
      output: {
        format: 'es',
        entryFileNames: 'assets/[name].js',
        assetFileNames: ({ names }) =>
          names.includes('call.css') ? 'assets/citizen[extname]' : 'assets/[name][extname]',
      },
    },
  },
})
