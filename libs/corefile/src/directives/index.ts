/** Every directive of a server block; the reference page lists them in this order. */

import { bind } from './bind.ts'
import { errors } from './errors.ts'
import { feed } from './feed.ts'
import { health } from './health.ts'
import { kubernetes } from './kubernetes.ts'
import { loadbalance } from './loadbalance.ts'
import { log } from './log.ts'
import { multisocket } from './multisocket.ts'
import { nsid } from './nsid.ts'
import { prometheus } from './prometheus.ts'
import { ready } from './ready.ts'
import { tls } from './tls.ts'
import { whoami } from './whoami.ts'

export const directives = {
  kubernetes,
  feed,
  bind,
  tls,
  multisocket,
  errors,
  log,
  prometheus,
  ready,
  health,
  loadbalance,
  nsid,
  whoami,
}

export type DirectiveName = keyof typeof directives

export const directiveNames = Object.keys(directives) as readonly DirectiveName[]
