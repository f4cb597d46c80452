// tus-js-client as it is: uploads a file, and after each break goes on by itself.
//   node tus_peer.mjs ENDPOINT AUTHORIZATION FILE
import { createReadStream, statSync } from 'node:fs'
import { Upload } from 'tus-js-client'

const [endpoint, authorization, path] = process.argv.slice(2)
const told = { breaks: 0, url: '' }

const upload = new Upload(createReadStream(path), {
  endpoint,
  headers: { Authorization: authorization },
  uploadSize: statSync(path).size,
  chunkSize: 64 * 1024 * 1024, // one PATCH
  retryDelays: [50, 100, 500, 1000, 1000, 1000],
  metadata: { filename: 'video.mp4', filetype: 'video/mp4' },
  onShouldRetry: () => {
    told.breaks++
    return true
  },
  onError: (fault) => {
    console.error(String(fault))
    process.exit(1)
  },
  onSuccess: () => {
    told.url = upload.url
    console.log(JSON.stringify(told))
  },
})
upload.start()
