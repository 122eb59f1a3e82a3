/**
 * The file carrier: a publisher writes steps to a file, followers on the same file system read on where they stopped. When a
 * base comes, a new file takes the old one's place, and followers begin it from its start.
 */
import { watch } from 'node:fs'
import { open, stat } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import { FeedError } from './errors.ts'
import type { FollowedStack } from './image-stack.ts'
import type { Follower, Publisher, StackEvents } from './step.ts'
import {
  appendToStepFile,
  isMissing,
  readFrames,
  replaceStepFile,
  STEP_FILE_START,
  type StepFrame,
} from './step-file.ts'

/** Looked at so often even when the file system tells of no change (network file systems do not). */
const LOOK_MS = 1000

export interface FileFeed {
  readonly path: string
  readonly feed: string
}

/** @param nowMs for the time of publication */
export function publishToFile({ path, feed }: FileFeed, nowMs: () => number): Publisher {
  let last = Promise.resolve()
  return {
    publish(step) {
      const frame: StepFrame = { ...step, feed, publishedAtMs: nowMs() }
      const write = () => (step.kind === 'base' ? replaceStepFile(path, [frame]) : appendToStepFile(path, [frame]))
      const done = last.then(write)
      last = done.catch(() => {})
      return done
    },
    close: () => last,
  }
}

/** The file need not be there yet, but its folder must. */
export function followFile({ path, feed }: FileFeed, stack: FollowedStack, events: StackEvents): Follower {
  let inode = -1
  let end = STEP_FILE_START
  let closed = false
  let looking: Promise<void> | undefined
  let again = false

  async function look(): Promise<void> {
    try {
      const file = await open(path)
      try {
        const { ino, size } = await file.stat()
        // Of a file that took another's place, or was cut, nothing was read yet.
        const from = ino === inode && size >= end ? end : STEP_FILE_START
        const octets = new Uint8Array(Math.max(0, size - from))
        let got = 0
        for (let read = -1; read !== 0 && got < octets.length; got += read) {
          read = (await file.read(octets, got, octets.length - got, from + got)).bytesRead
        }
        const read = readFrames(octets.subarray(0, got), 0, (size) => stack.allocate(size))
        inode = ino
        end = from + read.end
        if (!closed) take(read.frames)
      } finally {
        await file.close()
      }
    } catch (error) {
      if (!isMissing(error)) events.onError(error instanceof Error ? error : new Error(String(error)))
    }
  }

  function take(frames: readonly StepFrame[]): void {
    for (const frame of frames) {
      if (frame.feed !== feed) throw new FeedError('damaged', `${path} is of the feed "${frame.feed}"`)
      stack.apply(frame)
      events.onApplied({ kind: frame.kind, position: frame.position, publishedAtMs: frame.publishedAtMs })
    }
  }

  function begin(): void {
    again = true
    looking ??= (async () => {
      while (again && !closed) {
        again = false
        await look()
      }
      looking = undefined
    })()
  }

  const watcher = watch(dirname(path), (_, name) => {
    if (name === null || name === basename(path)) begin()
  })
  watcher.on('error', () => {})
  const timer = setInterval(async () => {
    const now = await stat(path).catch(() => undefined)
    if (now !== undefined && (now.ino !== inode || now.size !== end)) begin()
  }, LOOK_MS)
  begin()
  return {
    async close() {
      closed = true
      clearInterval(timer)
      watcher.close()
      await looking
    },
  }
}
