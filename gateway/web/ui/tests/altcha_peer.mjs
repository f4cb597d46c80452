// altcha-lib as it is: solves a challenge of ours that comes on stdin, and prints the payload.
import { solveChallenge } from 'altcha-lib'
import { deriveKey } from 'altcha-lib/algorithms/pbkdf2'

let text = ''
for await (const piece of process.stdin) text += piece
const challenge = JSON.parse(text)
const solution = await solveChallenge({ challenge, deriveKey })
console.log(Buffer.from(JSON.stringify({ challenge, solution })).toString('base64'))
