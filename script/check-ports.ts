/**
 * Fails with a clear message when one of the ports is taken on 127.0.0.1. UDP is asked for without SO_REUSEPORT, so that
 * a second server does not quietly share the port with the first.
 *
 *   node script/check-ports.ts udp:5300 tcp:8053
 */
import { createSocket } from 'node:dgram'
import { createServer } from 'node:net'

const host = '127.0.0.1'

function tryUdp(port: number): Promise<void> {
  const socket = createSocket('udp4')
  return new Promise((resolve, reject) => {
    socket.once('error', reject).bind(port, host, () => socket.close(resolve))
  })
}

function tryTcp(port: number): Promise<void> {
  const server = createServer()
  return new Promise((resolve, reject) => {
    server.once('error', reject).listen(port, host, () => server.close(() => resolve()))
  })
}

for (const wanted of process.argv.slice(2)) {
  const [protocol = '', port = ''] = wanted.split(':')
  try {
    await (protocol === 'udp' ? tryUdp : tryTcp)(Number(port))
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    const reason = code === 'EADDRINUSE' ? 'is taken by another program (is a demo running already?)' : `: ${code}`
    console.error(`${protocol.toUpperCase()} port ${port} of ${host} ${reason}`)
    console.error(`To see who has it: ss -lpn 'sport = :${port}'`)
    process.exitCode = 1
  }
}
