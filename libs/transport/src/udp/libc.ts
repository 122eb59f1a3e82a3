/**
 * The few functions of the C library that packet threads call, behind one interface for `koffi` and `bun:ffi`.
 *
 * Arguments are numbers alone: an `int`, or a `word` as wide as a pointer, for lengths and for addresses of memory that
 * `allocate` gave (user addresses have at most 52 bits, so a number holds them). Structures are laid out by hand in that
 * memory, as the kernel has them on 64-bit little-endian Linux. musl's differ only in padding that must be zero.
 */
import { getSystemErrorName } from 'node:util'

/** How a call passes an argument. Every function returns an int; -1 means that `errno()` says why. */
export type ArgumentType = 'int' | 'word'

export const LIBC_FUNCTIONS = {
  socket: ['int', 'int', 'int'],
  setsockopt: ['int', 'int', 'int', 'word', 'int'],
  bind: ['int', 'word', 'int'],
  getsockname: ['int', 'word', 'word'],
  /** fd, mmsghdr array, count, flags, NULL. */
  recvmmsg: ['int', 'word', 'int', 'int', 'word'],
  /** SYS_sendmmsg, fd, mmsghdr array, count, flags. By number, because musl's own sendmmsg calls sendmsg in a loop. */
  syscall: ['word', 'word', 'word', 'word', 'word'],
  /** pollfd array, count, milliseconds. */
  poll: ['word', 'word', 'int'],
  close: ['int'],
} as const satisfies Readonly<Record<string, readonly ArgumentType[]>>

type Numbers<A extends readonly ArgumentType[]> = { -readonly [I in keyof A]: number }

export type LibcFunctions = {
  readonly [F in keyof typeof LIBC_FUNCTIONS]: (...args: Numbers<(typeof LIBC_FUNCTIONS)[F]>) => number
}

export interface Libc extends LibcFunctions {
  /** What reaches the C library, for the line said at start. */
  readonly through: string
  addressOf(memory: ArrayBuffer): number
  /** Of the last call that failed on this thread. */
  errno(): number
}

/** Numbers that are the same on x64 and arm64. */
export const AF_INET = 2
export const AF_INET6 = 10
export const SOCK_DGRAM_CLOEXEC = 0x80002

export const MSG_DONTWAIT = 0x40
/** Block for the first message only. */
export const MSG_WAITFORONE = 0x10000
/** In msg_flags of a received message: it was longer than the room for it. */
export const MSG_TRUNC = 0x20

export const POLLIN = 1
export const EINTR = 4
export const EAGAIN = 11

/** SYS_sendmmsg of the machines that packet threads run on. */
export const SYS_SENDMMSG: Readonly<Record<string, number>> = { x64: 307, arm64: 269 }

/** The error of a failed call, with its name as `code`, as Node's own have it. */
export function systemError(call: string, errno: number): Error {
  const code = getSystemErrorName(-errno)
  return Object.assign(new Error(`${call}: ${code}`), { code })
}

export interface Memory {
  readonly buffer: ArrayBuffer
  /** Of its first octet; it never moves. */
  readonly address: number
}

/** Memory whose address C was told: were it collected, answers would come from whatever lies there next. */
const kept: ArrayBuffer[] = []

/**
 * Zeroed memory that lives as long as its thread. The ArrayBuffer comes first: one that a typed array makes later, when
 * its `.buffer` is asked for, lies elsewhere on Bun.
 */
export function allocate(libc: Libc, sizeOctets: number): Memory {
  const buffer = new ArrayBuffer(sizeOctets)
  kept.push(buffer)
  return { buffer, address: libc.addressOf(buffer) }
}
