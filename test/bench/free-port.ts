/** A port of 127.0.0.1 that neither UDP nor TCP uses, for servers that must be told one. */
import { createSocket } from 'node:dgram'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'

export async function freePort(): Promise<number> {
  for (;;) {
    const server = createServer()
    const socket = createSocket('udp4')
    try {
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
      const { port } = server.address() as AddressInfo
      await new Promise<void>((resolve, reject) => socket.once('error', reject).bind(port, '127.0.0.1', resolve))
      return port
    } catch {
      // UDP has it: another one
    } finally {
      server.close()
      socket.close()
    }
  }
}
