/** Asks over HTTPS until the server answers; its certificate is our own. */
import { request } from 'node:https'
import { setTimeout as sleep } from 'node:timers/promises'

const everyMs = 50

export async function firstDohAnswer(port: number, query: Uint8Array, timeoutMs: number): Promise<void> {
  const deadline = performance.now() + timeoutMs
  while (!(await answers(port, query))) {
    if (performance.now() > deadline) throw new Error(`no answer over HTTPS within ${timeoutMs} ms`)
    await sleep(everyMs)
  }
}

/** True when the answer has at least one record. */
function answers(port: number, query: Uint8Array): Promise<boolean> {
  return new Promise((resolve) => {
    const headers = { 'content-type': 'application/dns-message', accept: 'application/dns-message' }
    const options = { host: '127.0.0.1', port, path: '/dns-query', method: 'POST', headers, rejectUnauthorized: false }
    const post = request(options, (response) => {
      response.once('data', (message: Buffer) => resolve(response.statusCode === 200 && message.readUInt16BE(6) > 0))
      response.once('close', () => resolve(false))
    })
    post.once('error', () => resolve(false))
    post.end(query)
  })
}
