/** The packet thread of the tests' listener. */
import { servePackets } from '../serve-packets.ts'
import { echo } from './echo.ts'

await servePackets((data) => {
  if (data === 'fail') throw new Error('cannot start')
  return echo(String(data))
})
