// npm smpp as it is, an SMSC on a port of its own. It is told what to do by lines of JSON and says
// what came in lines of JSON.
//   node smpp_peer.mjs SYSTEM_ID PASSWORD
import { createInterface } from 'node:readline'
import smpp from 'smpp'

const [systemId, password] = process.argv.slice(2)
const say = (what) => console.log(JSON.stringify(what))
let session = null
let status = 0
let count = 0

const server = smpp.createServer((peer) => {
  peer.on('error', () => {})
  peer.on('bind_transceiver', (pdu) => {
    const known = pdu.system_id === systemId && pdu.password === password
    peer.send(pdu.response({ command_status: known ? 0 : smpp.ESME_RINVPASWD }))
    if (!known) return peer.close()
    session = peer
    say({ did: 'bound' })
  })
  peer.on('submit_sm', (pdu) => {
    count += status ? 0 : 1
    const message_id = status ? '' : `m${count}`
    peer.send(pdu.response({ command_status: status, message_id }))
    say({
      did: 'submitted',
      source: pdu.source_addr,
      to: pdu.destination_addr,
      coding: pdu.data_coding,
      udhi: Boolean(pdu.esm_class & 0x40),
      receipt: pdu.registered_delivery,
      data: whole(pdu),
      id: message_id,
    })
  })
  peer.on('enquire_link', (pdu) => peer.send(pdu.response()))
  peer.on('unbind', (pdu) => {
    peer.send(pdu.response())
    peer.close()
  })
  peer.on('close', () => say({ did: 'closed' }))
})

// The library takes the header off and decodes: put together what was on the wire again.
function whole(pdu) {
  const said = pdu.short_message
  const text = Buffer.isBuffer(said.message)
    ? said.message
    : Buffer.from(said.message, 'utf16le').swap16()
  return Buffer.concat([...(said.udh ?? []).length ? [header(said.udh)] : [], text]).toString('hex')
}

function header(elements) {
  const octets = Buffer.concat(elements.map((one) => Buffer.from(one)))
  return Buffer.concat([Buffer.from([octets.length]), octets])
}

server.listen(0, '127.0.0.1', () => say({ did: 'listening', port: server.address().port }))

createInterface({ input: process.stdin }).on('line', (line) => {
  const told = JSON.parse(line)
  if (told.do === 'deliver') {
    const { data, ...fields } = told.fields
    session.deliver_sm({ ...fields, short_message: Buffer.from(data, 'hex') }, (pdu) =>
      say({ did: 'answered', status: pdu.command_status }),
    )
  }
  if (told.do === 'status') {
    status = told.status
    say({ did: 'set' })
  }
  if (told.do === 'drop') session.destroy()
})
