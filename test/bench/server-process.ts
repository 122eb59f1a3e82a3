/**
 * A server under test: its processes pinned to given cores, what they used of them, and what they hold in memory. All of
 * it is read from /proc over the whole tree of processes, for some servers fork.
 */
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { heldOctets } from './memory.ts'

export interface ServerProcess {
  readonly pid: number
  /** User and system time of all its processes and threads. */
  cpuSeconds(): number
  /** Of all its processes; see memory.ts. */
  memoryOctets(): number
  /** The most that its first process ever held: its peak resident set. */
  peakOctets(): number
  /** The peak begins anew with what it holds now. */
  forgetPeak(): void
  stop(): Promise<void>
}

export interface StartOptions {
  /** As taskset takes them: '1', '0,1'. */
  readonly cores: string
  /** Takes standard output and standard error. */
  readonly logFile: string
  readonly env?: Readonly<Record<string, string>>
}

const clockTicks = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }))
const killAfterMs = 10_000

export function startServer(command: readonly string[], { cores, logFile, env }: StartOptions): ServerProcess {
  const log = openSync(logFile, 'w')
  const child = spawn('taskset', ['-c', cores, ...command], {
    stdio: ['ignore', log, log],
    env: { ...process.env, ...env },
  })
  closeSync(log)
  const exited = once(child, 'exit')
  const { pid } = child
  if (pid === undefined) throw new Error(`cannot start ${command.join(' ')}`)
  return {
    pid,
    cpuSeconds: () => tree(pid).reduce((sum, each) => sum + cpuTicks(each), 0) / clockTicks,
    memoryOctets: () => heldOctets(tree(pid).map((each) => readFileSync(`/proc/${each}/smaps`, 'utf8'))),
    peakOctets: () => 1024 * Number(/^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]),
    // proc(5): writing 5 resets the peak.
    forgetPeak: () => writeFileSync(`/proc/${pid}/clear_refs`, '5'),
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return
      child.kill('SIGTERM')
      const deadline = setTimeout(() => child.kill('SIGKILL'), killAfterMs)
      await exited
      clearTimeout(deadline)
    },
  }
}

function tree(root: number): number[] {
  const parents = new Map<number, number>()
  for (const entry of readdirSync('/proc')) {
    const stat = Number(entry) > 0 ? statFields(Number(entry)) : undefined
    if (stat !== undefined) parents.set(Number(entry), Number(stat[1]))
  }
  const found = [root]
  for (const parent of found) for (const [pid, ppid] of parents) if (ppid === parent) found.push(pid)
  return found
}

/** The fields of /proc/PID/stat behind the command's name, so [0] is the state; undefined when the process is gone. */
function statFields(pid: number): string[] | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return text.slice(text.lastIndexOf(')') + 2).split(' ')
  } catch {
    return undefined
  }
}

function cpuTicks(pid: number): number {
  const fields = statFields(pid)
  return fields === undefined ? 0 : Number(fields[11]) + Number(fields[12])
}
