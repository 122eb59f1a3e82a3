/** Positions as numbers. They look like stream ids and are ordered like them. */
import type { Position } from './step.ts'

export interface PositionParts {
  readonly epoch: number
  readonly n: number
}

/** @returns undefined for what is no position: `EPOCH-N`, both below 2^53. */
export function parsePosition(text: string): PositionParts | undefined {
  const match = /^(0|[1-9]\d{0,15})-(0|[1-9]\d{0,15})$/.exec(text)
  if (match === null) return undefined
  const [epoch, n] = [Number(match[1]), Number(match[2])]
  return Number.isSafeInteger(epoch) && Number.isSafeInteger(n) ? { epoch, n } : undefined
}

/** Below 0 when `a` is the earlier one; what is no position comes before all. */
export function comparePositions(a: Position, b: Position): number {
  const none: PositionParts = { epoch: -1, n: -1 }
  const [one, other] = [parsePosition(a) ?? none, parsePosition(b) ?? none]
  return one.epoch - other.epoch || one.n - other.n
}

/** What is no position is the earlier one. */
export function laterOf(a: Position, b: Position): Position {
  return comparePositions(a, b) > 0 ? a : b
}

/** The step after `position` in its epoch. */
export function nextPosition(position: Position): Position {
  const { epoch, n } = parsePosition(position) ?? { epoch: 0, n: -1 }
  return `${epoch}-${n + 1}`
}

/** 0 for what is no position. */
export function epochOf(position: Position): number {
  return parsePosition(position)?.epoch ?? 0
}
