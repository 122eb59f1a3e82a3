/** `zonecast feed`: what is published to Redis, what it was and what has changed. Only reads. */

import type { Configuration } from '@zonecast/corefile'
import { type RedisFeed, redisFeedsOf } from '@zonecast/responder-app/redis-feeds'
import { parseFlags, takeOption, UsageError } from '../command-line.ts'
import { faultLines, readConfiguration, warningLine } from '../configuration.ts'
import { writeText } from '../write-text.ts'
import { diff } from './diff.ts'
import { HELP } from './help.ts'
import { history } from './history.ts'
import { type OpenedFeed, withFeed } from './opened-feed.ts'
import { parsePoint } from './point.ts'
import { parseShow, show } from './show.ts'
import { statusOf } from './status.ts'

export interface FeedIo {
  readonly stdout: NodeJS.WritableStream
  readonly stderr: { write(text: string): unknown }
}

/** What is asked, its words checked before Redis is. */
interface Command {
  /** Whether several feeds are meant where none is named. */
  readonly ofAll: boolean
  run(opened: OpenedFeed, configuration: Configuration, io: FeedIo): Promise<void>
}

const COMMANDS: Readonly<Record<string, (operands: readonly string[]) => Command>> = {
  status(operands) {
    takesNone('status', operands)
    return {
      ofAll: true,
      async run(opened, _configuration, io) {
        const { text, warnings } = await statusOf(opened, Date.now())
        io.stdout.write(text)
        for (const warning of warnings) io.stderr.write(warningLine(warning))
      },
    }
  },
  history(operands) {
    takesNone('history', operands)
    return {
      ofAll: false,
      async run(opened, _configuration, io) {
        await writeText(history(opened), io.stdout)
      },
    }
  },
  diff(operands) {
    const [a, b] = operands
    if (a === undefined || b === undefined || operands.length > 2) throw new UsageError('diff wants A and B')
    const [before, after] = [parsePoint(a), parsePoint(b)]
    return {
      ofAll: false,
      async run(opened, configuration, io) {
        await writeText(diff(opened, configuration, before, after), io.stdout)
      },
    }
  },
  show(operands) {
    const wanted = parseShow(operands)
    return {
      ofAll: false,
      async run(opened, configuration, io) {
        io.stdout.write(await show(opened, configuration, wanted))
      },
    }
  },
}

/**
 * @returns the exit code: 0, or 1 when Corefile or feed cannot be read, or nothing is published; then the reason is told.
 * @throws UsageError
 */
export async function feed(args: readonly string[], io: FeedIo): Promise<number> {
  const { value: feedName, rest } = takeOption(args, 'feed')
  const flags = parseFlags(rest)
  if (flags.help) {
    io.stdout.write(HELP)
    return 0
  }
  const [word = '', ...operands] = flags.operands
  const make = Object.hasOwn(COMMANDS, word) ? COMMANDS[word] : undefined
  if (make === undefined) {
    const there = Object.keys(COMMANDS).join(', ')
    throw new UsageError(word === '' ? `feed wants one of ${there}` : `no "feed ${word}"; there are ${there}`)
  }
  const command = make(operands)
  let code = 0
  try {
    const configuration = readConfiguration(flags)
    for (const chosen of choose(redisFeedsOf(configuration.blocks), feedName, command.ofAll)) {
      const done = await withFeed(chosen, async (opened) => {
        await command.run(opened, configuration, io)
        return true
      })
      if (done) continue
      io.stderr.write(`feed ${chosen.feed}: nothing is published\n`)
      code = 1
    }
  } catch (error) {
    if (error instanceof UsageError) throw error
    for (const line of faultLines(error)) io.stderr.write(`${line}\n`)
    return 1
  }
  return code
}

function choose(feeds: readonly RedisFeed[], wanted: string | undefined, ofAll: boolean): readonly RedisFeed[] {
  const there = feeds.map(({ feed: text }) => text).join(', ')
  if (feeds.length === 0) throw new UsageError('the Corefile names no feed')
  if (wanted === undefined) {
    if (ofAll || feeds.length === 1) return feeds
    throw new UsageError(`the Corefile names several feeds: choose one with -feed; there are ${there}`)
  }
  const chosen = feeds.filter(({ feed: text, directive }) => wanted === text || wanted === directive.name)
  if (chosen.length === 0) throw new UsageError(`no feed "${wanted}" in the Corefile; there are ${there}`)
  if (chosen.length > 1 && !ofAll) throw new UsageError(`"${wanted}" is the name of several feeds; there are ${there}`)
  return chosen
}

function takesNone(command: string, [operand]: readonly string[]): void {
  if (operand !== undefined) throw new UsageError(`unexpected argument "${operand}" of feed ${command}`)
}
