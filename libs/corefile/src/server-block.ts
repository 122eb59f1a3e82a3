/** Makes a server block of its keys and directives, by the tables in `directives/`, and checks what holds within one block. */

import type { KubernetesStanza, ServerBlock, ServerKey } from './config.ts'
import { directiveNames, directives } from './directives/index.ts'
import { showPosition } from './errors.ts'
import { coreDnsDirectives, reasons } from './known-words.ts'
import { limits } from './limits.ts'
import { readDirective } from './read-directive.ts'
import type { Context, Directive, OptionTable } from './schema.ts'
import type { BlockNode, Node } from './text/syntax.ts'
import { didYouMean } from './values/nearest.ts'
import { ancestors } from './values/zone.ts'

type Shared = Omit<Context, 'inside' | 'zones'>

export interface ReadBlock {
  readonly block: ServerBlock
  /** Whether it is known what the block claims: false when a directive that tells was reported. */
  readonly claims: boolean
}

const claiming: ReadonlySet<string> = new Set(['bind', 'tls', 'ready', 'health', 'prometheus'])

/** @param keys at least one. */
export function readServerBlock(
  block: BlockNode,
  keys: readonly [ServerKey, ...ServerKey[]],
  shared: Shared,
): ReadBlock {
  const zones = [...new Set(keys.map((key) => key.zone))]
  let claims = true
  const byName = Map.groupBy(block.nodes, (node) => node.name.text)
  for (const node of block.nodes) checkName(node, block, shared)

  const all = <A, O extends OptionTable, R>(name: string, directive: Directive<A, O, R>): readonly R[] => {
    const nodes = byName.get(name) ?? []
    const faultsBefore = shared.faults.count
    const read = nodes.map((node) => readDirective(directive, node, { ...shared, zones, inside: name }, directiveNames))
    const [first, second] = nodes
    if (!directive.repeats && first !== undefined && second !== undefined) {
      const suggestion = `it stands at ${showPosition(first.name.position)} too`
      shared.faults.add('duplicate-directive', second.name.position, name, { inside: 'a server block', suggestion })
    }
    if (claiming.has(name) && shared.faults.count > faultsBefore) claims = false
    return read.filter((result) => result !== undefined)
  }
  const result: ServerBlock = {
    position: keys[0].position,
    keys,
    bind: all('bind', directives.bind),
    tls: all('tls', directives.tls)[0],
    multisocket: all('multisocket', directives.multisocket)[0],
    errors: all('errors', directives.errors)[0],
    log: all('log', directives.log),
    ready: all('ready', directives.ready)[0],
    health: all('health', directives.health)[0],
    loadbalance: all('loadbalance', directives.loadbalance)[0],
    nsid: all('nsid', directives.nsid)[0],
    whoami: all('whoami', directives.whoami)[0],
    kubernetes: all('kubernetes', directives.kubernetes)[0],
    feed: all('feed', directives.feed)[0],
    prometheus: all('prometheus', directives.prometheus)[0],
  }
  checkTls(result, byName.has('tls'), shared)
  checkBind(result, shared)
  if (result.kubernetes !== undefined) checkZones(result.kubernetes, zones, shared)
  if (result.feed !== undefined && !byName.has('kubernetes')) {
    shared.faults.warn(result.feed.position, 'feed does nothing here: the server block has no kubernetes')
  }
  if (!byName.has('kubernetes') && !byName.has('whoami')) {
    shared.faults.warn(result.position, 'this server block answers nothing: it has neither kubernetes nor whoami')
  }
  return { block: result, claims }
}

function checkName({ name: { text, position } }: Node, block: BlockNode, { faults }: Shared): void {
  if (Object.hasOwn(directives, text)) return
  if (coreDnsDirectives.some((name) => name === text)) {
    faults.add('not-yet', position, text, { suggestion: reasons.coredns })
    return
  }
  const owner = directiveNames.find((name) => Object.hasOwn(directives[name].options, text))
  const suggestion =
    owner === undefined ? didYouMean(text, [...directiveNames, ...coreDnsDirectives]) : `it is an option of ${owner}`
  const expected =
    block.braces || suggestion !== undefined ? undefined : 'a directive, or a comma or "{" after the keys'
  faults.add('unknown-directive', position, text, { suggestion, expected })
}

function checkTls(block: ServerBlock, named: boolean, { faults }: Shared): void {
  const secured = block.keys.find((key) => key.scheme === 'tls')
  if (secured !== undefined && !named) {
    const suggestion = 'tls:// needs a certificate: add "tls CERT KEY"'
    faults.add('missing-directive', secured.position, `tls://${secured.zone}`, { suggestion })
  }
  if (block.tls !== undefined && block.keys.every((key) => key.scheme === 'dns')) {
    faults.warn(block.tls.position, 'tls does nothing here: no key of the server block is tls:// or https://')
  }
}

function checkBind(block: ServerBlock, { faults }: Shared): void {
  const count = block.bind.reduce((sum, { targets, except }) => sum + targets.length + except.length, 0)
  const [first] = block.bind
  if (first !== undefined && count > limits.bindTargets) {
    faults.add('too-large', first.position, 'bind', {
      expected: `at most ${limits.bindTargets} addresses in a server block`,
    })
  }
}

function checkZones(stanza: KubernetesStanza, zones: readonly string[], { faults }: Shared): void {
  const served = new Set(zones)
  const above = new Set(zones.flatMap(ancestors))
  const outside = stanza.zones.filter((zone) => !above.has(zone) && !ancestors(zone).some((name) => served.has(name)))
  if (outside.length > 0) {
    faults.warn(
      stanza.position,
      `no question for ${outside.join(' ')} arrives here: the keys of the server block do not cover it`,
    )
  }
}
