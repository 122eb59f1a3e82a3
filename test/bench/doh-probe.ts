/** Asks over HTTPS until the server answers as wanted; its certificate is our own. */
import { request } from 'node:https'
import { setTimeout as sleep } from 'node:timers/promises'
import { isRight, queryOctets, type Wanted } from './probe.ts'

const everyMs = 50

export async function firstDohAnswer(port: number, wanted: Wanted, timeoutMs: number): Promise<void> {
  const deadline = performance.now() + timeoutMs
  while (!(await answersRightly(port, wanted))) {
    if (performance.now() > deadline) throw new Error(`no answer for ${wanted.name} within ${timeoutMs} ms`)
    await sleep(everyMs)
  }
}

function answersRightly(port: number, wanted: Wanted): Promise<boolean> {
  return new Promise((resolve) => {
    const headers = { 'content-type': 'application/dns-message', accept: 'application/dns-message' }
    const options = { host: '127.0.0.1', port, path: '/dns-query', method: 'POST', headers, rejectUnauthorized: false }
    const post = request(options, (response) => {
      response.once('data', (message: Buffer) => resolve(response.statusCode === 200 && isRight(message, wanted)))
      response.once('close', () => resolve(false))
    })
    post.once('error', () => resolve(false))
    post.end(queryOctets(wanted.name))
  })
}
