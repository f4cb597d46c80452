import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { constants, gzipSync } from 'node:zlib'
import type { Plugin } from 'vite'

const WORTH_BYTES = 1024

/** A .gz beside every script and style; the web server sends it to whoever takes it. */
export function compress(folder: string): Plugin {
  return {
    name: 'compress',
    apply: 'build',
    closeBundle() {
      for (const name of readdirSync(folder)) {
        if (!/\.(js|css|svg)$/.test(name)) continue
        const content = readFileSync(join(folder, name))
        if (content.length < WORTH_BYTES) continue
        const packed = gzipSync(content, { level: constants.Z_BEST_COMPRESSION })
        writeFileSync(join(folder, `${name}.gz`), packed)
      }
    },
  }
}
