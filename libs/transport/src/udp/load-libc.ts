/** Finds the C library and the way to call it that this runtime has. */
import { TransportError } from '../errors.ts'
import { type ArgumentType, LIBC_FUNCTIONS, type Libc, type LibcFunctions, SYS_SENDMMSG } from './libc.ts'

const MUSL_ARCHITECTURE: Readonly<Record<string, string>> = { x64: 'x86_64', arm64: 'aarch64' }

/** @throws TransportError `unsupported`, with the reason. */
export async function loadLibc(): Promise<Libc> {
  if (process.platform !== 'linux' || !(process.arch in SYS_SENDMMSG)) {
    throw new TransportError(
      'unsupported',
      `packet threads need Linux on x64 or arm64, not ${process.platform} on ${process.arch}`,
    )
  }
  const names = ['libc.so.6', `libc.musl-${MUSL_ARCHITECTURE[process.arch]}.so.1`]
  const bind = process.versions['bun'] === undefined ? await koffiBinder() : bunBinder()
  const faults: unknown[] = []
  for (const name of names) {
    try {
      return bind(name)
    } catch (cause) {
      faults.push(cause)
    }
  }
  throw new TransportError('unsupported', `packet threads need ${names.join(' or ')}`, new AggregateError(faults))
}

type Binder = (library: string) => Libc

function functions(bind: (name: string, args: readonly ArgumentType[]) => unknown): LibcFunctions {
  const bound = Object.entries(LIBC_FUNCTIONS).map(([name, args]) => [name, bind(name, args)])
  return Object.fromEntries(bound) as LibcFunctions
}

async function koffiBinder(): Promise<Binder> {
  const { default: koffi } = await import('koffi').catch((cause: unknown) => {
    throw new TransportError(
      'unsupported',
      'packet threads need the package koffi with its binary for this machine',
      cause,
    )
  })
  const types = { int: 'int', word: 'uintptr_t' } as const
  return (library) => {
    const handle = koffi.load(library)
    return {
      through: 'koffi',
      ...functions((name, args) =>
        handle.func(
          name,
          'int',
          args.map((type) => types[type]),
        ),
      ),
      addressOf: (memory) => Number(koffi.address(memory)),
      errno: () => koffi.errno(),
    }
  }
}

/** As much of `bun:ffi` as is used; its own types would bring all of Bun's globals with them. */
interface BunFfi {
  dlopen(
    library: string,
    symbols: Readonly<Record<string, { args: readonly string[]; returns: string }>>,
  ): { readonly symbols: Readonly<Record<string, (...args: number[]) => number>> }
  ptr(memory: ArrayBuffer): number
  readonly read: { i32(address: number): number }
}

function bunBinder(): Binder {
  // Not an import, at which Node and bundlers would stumble.
  const ffi = process.getBuiltinModule('bun:ffi') as BunFfi
  const types = { int: 'i32', word: 'u64' } as const
  const symbols = Object.fromEntries(
    Object.entries(LIBC_FUNCTIONS).map(([name, args]) => [
      name,
      { args: (args as readonly ArgumentType[]).map((type) => types[type]), returns: 'i32' },
    ]),
  )
  return (library) => {
    // glibc and musl both keep errno behind this function.
    const { __errno_location: location, ...bound } = ffi.dlopen(library, {
      ...symbols,
      __errno_location: { args: [], returns: 'ptr' },
    }).symbols
    return {
      through: 'bun:ffi',
      ...functions((name) => bound[name]),
      addressOf: (memory) => ffi.ptr(memory),
      errno: () => (location === undefined ? 0 : ffi.read.i32(location())),
    }
  }
}
