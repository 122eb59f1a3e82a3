/**
 * What a question with wildcards stands for in a forward zone. `*` and `any` are any service, namespace, endpoint, port or
 * protocol in their place, as they were in CoreDNS up to 1.8; other labels with `*` and `?` are patterns for the labels of
 * services. Asked only when the zone has nothing under just the name in question.
 */
import { TYPE } from '@zonecast/dns'
import type { Image } from '../image.ts'
import { MAX_TEMPLATES, RECORD } from '../layout.ts'
import { hasNamespaceLabel, type ImageStack, type Work } from '../lookup/find.ts'
import { matchEndpoints } from '../lookup/lookup.ts'
import { Match, STEPS } from '../lookup/match.ts'
import { protocolOf } from '../protocol-label.ts'
import { QueryName } from '../query-name.ts'
import { ANY_PROTOCOL, CLUSTER, countPorts, EXTERNAL, endpointCount, kindOf, ownPorts, portSet } from '../record.ts'
import { namespaceLabel, readByTemplate, type Template } from '../template.ts'
import type { ZoneView } from '../zone-view.ts'
import { Candidates } from './candidates.ts'
import { isAnyLabel, isGlob, type NamePattern, Pattern } from './pattern.ts'
import { hasWildcard, isAnyPort } from './question.ts'
import { compareLabels, nameAt, namespaceAt } from './wildcard-index.ts'

/**
 * found: there are such names, though perhaps without data of the type asked for. nodata: there are none, but the name is to be
 * called empty, not missing.
 */
export type WildcardOutcome = 'found' | 'nodata' | 'nxdomain'

/** A constant of this module is known when it is compiled, those of others are looked up each time. */
const EXTERNAL4 = RECORD.external4
/** Comparisons of octets that one question may cost: about a millisecond. */
const WORK = 400_000
/** A service, an endpoint of one, a port of one. */
const DEEPEST = 3
/** From here on `slots` are emptied in fact. */
const SLOT_MOST = 0x3fffffff

/** Whether a service, or what a match says of it, has something to say to a question, by its type. */
export type HasData = (match: Match, name: QueryName, type: number) => boolean

/** One for each thread, overwritten for each question. */
export class WildcardSearch {
  /** Services found that have data. */
  count = 0
  /** There are, or may be, more. */
  isLimited = false
  /** Some of them have addresses from outside. */
  hasExternal = false
  readonly #hasData: HasData
  readonly #layers: Uint16Array
  readonly #records: Uint32Array
  /**
   * A hash table of the services found: `firstSlot` and the service's number. Smaller values are of questions before, so it
   * is emptied by raising `firstSlot`.
   */
  readonly #slots: Int32Array
  #firstSlot = 1
  readonly #pattern = new Pattern()
  readonly #candidates = new Candidates()
  /** Records to be looked at, those of one image. */
  readonly #taken = new Uint32Array(128)
  readonly #match = new Match()
  readonly #work: Work = { left: 0 }
  readonly #befores = new Int8Array(MAX_TEMPLATES)
  #images: ImageStack = []
  #zone: ZoneView | undefined
  #name = new QueryName()
  #labels = 0
  #type = 0
  #isZoneWide = false
  #limit = 0
  #turn = 0
  /** How many labels stand before that of the service: 1 an endpoint, 2 a port and its protocol. */
  #below = 0

  /** @param most services that one answer can be made of */
  constructor(most: number, hasData: HasData) {
    this.#layers = new Uint16Array(most)
    this.#records = new Uint32Array(most)
    this.#slots = new Int32Array(2 ** Math.ceil(Math.log2(most * 2)))
    this.#hasData = hasData
  }

  /**
   * @param labels  how many labels of `name` stand before the zone's
   * @param limit   services to find, at most as many as an answer can be made of
   * @param turn    where to begin among them: a whole number that differs from time to time
   * @throws RangeError when an image contradicts itself
   */
  find(
    images: ImageStack,
    zone: ZoneView,
    name: QueryName,
    labels: number,
    type: number,
    scope: 'namespace' | 'zone',
    search: boolean,
    limit: number,
    turn: number,
  ): WildcardOutcome {
    this.#firstSlot += this.count + 1
    if (this.#firstSlot > SLOT_MOST) {
      this.#slots.fill(0)
      this.#firstSlot = 1
    }
    this.count = 0
    this.isLimited = false
    this.hasExternal = false
    const isWild = hasWildcard(name, labels)
    if (!isWild && !search) return 'nxdomain'
    this.#images = images
    this.#zone = zone
    this.#name = name
    this.#labels = labels
    this.#type = type
    this.#isZoneWide = scope === 'zone'
    this.#limit = limit
    this.#turn = turn
    this.#work.left = WORK
    this.#match.steps = STEPS
    const { templates } = zone
    for (let at = 0; at < templates.length; at++) {
      this.#befores[at] = readByTemplate(templates[at] as Template, name, labels)
    }
    const outcome = isWild ? this.#findNames() : 'nxdomain'
    if (outcome === 'found' || !search) return outcome
    for (let at = 0; at < templates.length; at++) {
      if (this.#befores[at] !== 1 || isGlob(name, 0) || isAnyLabel(name, 0)) continue
      const found = this.#read(templates[at] as Template, 1, 1, true)
      if (found !== 'nxdomain') return found
    }
    return outcome
  }

  /** First as names of one label are read, then as names of several. */
  #findNames(): WildcardOutcome {
    const { templates } = this.#zone as ZoneView
    let outcome: WildcardOutcome = 'nxdomain'
    for (let depth = 0; depth <= 2 * DEEPEST; depth++) {
      for (let at = 0; at < templates.length; at++) {
        const before = this.#befores[at] as number
        const isLater = depth > DEEPEST
        if (isLater ? before <= depth - DEEPEST : before !== depth) continue
        const found = this.#read(templates[at] as Template, before, isLater ? depth - DEEPEST : depth, false)
        if (found === 'found') return found
        if (found === 'nodata') outcome = found
      }
    }
    return outcome
  }

  /**
   * Reads the name by a template.
   * @param before as `readByTemplate` says
   * @param depth  0: the name of a namespace; else the label of the service's name is the depth-th
   * @param search the label is but a part of a name
   */
  #read(template: Template, before: number, depth: number, search: boolean): WildcardOutcome {
    const name = this.#name
    const label = namespaceLabel(template, this.#labels, before)
    const isEverywhere = label >= 0 && isAnyLabel(name, label) && !this.#isNamespace(label)
    if (isEverywhere && !this.#isZoneWide) return 'nxdomain'
    if (depth === 0) return isEverywhere ? 'nodata' : 'nxdomain'
    const pattern = this.#pattern
    const { namespace } = this.#zone as ZoneView
    if (isEverywhere) pattern.namespace = undefined
    else if (label >= 0) {
      pattern.namespace = name.view
      pattern.namespaceAt = name.start(label)
    } else {
      if (namespace === undefined) return 'nxdomain'
      pattern.namespace = namespace.view
      pattern.namespaceAt = namespace.at
    }
    const from = depth - 1
    this.#below = from
    const isBelowWild = from === 1 ? isAnyLabel(name, 0) : from === 2 && (isAnyPort(name, 0) || isAnyPort(name, 1))
    if (from === 2 && !isAnyPort(name, 1) && protocolOf(name, 1) < 0) return 'nxdomain'
    const kind = search ? 'part' : this.#kindOf(from, before)
    if (kind === 'exact' && !isEverywhere && !isBelowWild) return 'nxdomain'
    pattern.set(kind, name, from, before)
    const isFound = this.#collect()
    if (isFound) return 'found'
    // Nobody knows whether what was not looked at has such a name: to call it empty does less harm than to deny it.
    if (this.isLimited) return 'nodata'
    return kind === 'any' && !isEverywhere && this.#isNamespace(label) ? 'nodata' : 'nxdomain'
  }

  #kindOf(from: number, to: number): NamePattern {
    const name = this.#name
    if (to - from > 1) {
      for (let label = from; label < to; label++) if (isGlob(name, label) || isAnyLabel(name, label)) return 'labels'
      return 'exact'
    }
    if (isGlob(name, from)) return name.length(from) === 1 && isAnyLabel(name, from) ? 'any' : 'label'
    return isAnyLabel(name, from) && !this.#isService(from) ? 'any' : 'exact'
  }

  /** True when the namespace asked for has a service of this name, or any namespace when all are asked for. */
  #isService(label: number): boolean {
    const candidates = this.#candidates
    this.#pattern.set('exact', this.#name, label, label + 1)
    candidates.begin(this.#images, (this.#zone as ZoneView).index, this.#pattern, 0, false)
    return candidates.take(this.#taken, 1, this.#work) > 0
  }

  /** @param label of the name; -1: the namespace of the stanza */
  #isNamespace(label: number): boolean {
    const { index, namespace } = this.#zone as ZoneView
    const name = this.#name
    if (label >= 0) return hasNamespaceLabel(this.#images, index, name.view, name.start(label), name.hash(label))
    return (
      namespace !== undefined && hasNamespaceLabel(this.#images, index, namespace.view, namespace.at, namespace.hash)
    )
  }

  /** @returns true when anything has such a name. */
  #collect(): boolean {
    const type = this.#type
    if (type === TYPE.CNAME && this.#below === 0 && this.#collectFirst()) return true
    const candidates = this.#candidates
    const taken = this.#taken
    const hasMany = type === TYPE.A || type === TYPE.AAAA || type === TYPE.SRV
    let isFound = false
    candidates.begin(this.#images, (this.#zone as ZoneView).index, this.#pattern, this.#turn, false)
    while (!(this.isLimited || (isFound && !hasMany))) {
      const most = hasMany ? Math.min(taken.length, this.#limit + 1 - this.count) : 1
      const count = candidates.take(taken, most, this.#work)
      if (count === 0) break
      if (this.#keep(candidates.layer, count, hasMany, candidates.mayRepeat)) isFound = true
    }
    if (candidates.isCutShort) this.isLimited = true
    return isFound
  }

  /**
   * Adds those of the records taken, of one image, that have data, up to the limit.
   * @returns true when anything has such a name.
   */
  #keep(layer: number, count: number, hasMany: boolean, mayRepeat: boolean): boolean {
    const image = this.#images[layer] as Image
    const match = this.#match
    const taken = this.#taken
    const hasData = this.#hasData
    const name = this.#name
    const type = this.#type
    let isFound = false
    for (let at = 0; at < count; at++) {
      const record = taken[at] as number
      if (!this.#settle(match, image, record)) continue
      isFound = true
      if (!hasMany) return true
      if (!hasData(match, name, type) || (mayRepeat && !this.#isNew(layer, record))) continue
      if (this.count === this.#limit) {
        this.isLimited = true
        return true
      }
      this.#add(image, layer, record)
    }
    return isFound
  }

  /** The first external service by namespace and name. */
  #collectFirst(): boolean {
    const candidates = this.#candidates
    let layer = -1
    let record = 0
    candidates.begin(this.#images, (this.#zone as ZoneView).index, this.#pattern, 0, true)
    for (;;) {
      const count = candidates.take(this.#taken, this.#taken.length, this.#work)
      if (count === 0) break
      const image = this.#images[candidates.layer] as Image
      for (let at = 0; at < count; at++) {
        const its = this.#taken[at] as number
        if (layer >= 0 && compareKeys(image, its, this.#images[layer] as Image, record) > 0) continue
        layer = candidates.layer
        record = its
      }
    }
    if (candidates.isCutShort) this.isLimited = true
    if (layer >= 0) this.#add(this.#images[layer] as Image, layer, record)
    return layer >= 0
  }

  /** False for a service that was found before. */
  #isNew(layer: number, record: number): boolean {
    const slots = this.#slots
    const mask = slots.length - 1
    let slot = Math.imul(record ^ layer, 0x9e3779b1) >>> 12
    for (;;) {
      slot &= mask
      const at = (slots[slot] as number) - this.#firstSlot
      if (at < 0) {
        // It is added now, or is the one too many.
        slots[slot] = this.#firstSlot + this.count
        return true
      }
      if (this.#records[at] === record && this.#layers[at] === layer) return false
      slot += 1
    }
  }

  #add({ view }: Image, layer: number, record: number): void {
    if (view.getUint16(record + EXTERNAL4, true) !== 0) this.hasExternal = true
    this.#layers[this.count] = layer
    this.#records[this.count] = record
    this.count += 1
  }

  /** Makes `out` say what lookup would have said of the n-th service found, n below `count`; its `steps` go on. */
  settle(out: Match, n: number): void {
    this.#settle(out, this.#images[this.#layers[n] as number] as Image, this.#records[n] as number)
  }

  /** @returns false when the service has no such endpoint or port. */
  #settle(out: Match, image: Image, record: number): boolean {
    out.image = image
    out.at = record
    out.kind = 'service'
    out.portLabel = -1
    out.protocol = ANY_PROTOCOL
    return this.#below === 0 || this.#settleBelow(out, image, record)
  }

  /**
   * Of a service that was searched for, `any` is every endpoint and port, even where one is called so: only what was asked of
   * one service has just that name.
   */
  #settleBelow(out: Match, image: Image, record: number): boolean {
    const name = this.#name
    const { view } = image
    if (kindOf(view, record) === EXTERNAL) return false
    if (this.#below === 1) {
      out.kind = 'endpoints'
      if (!isAnyLabel(name, 0)) return matchEndpoints(image, name, out)
      out.first = 0
      out.end = endpointCount(view, record)
      return out.end > 0
    }
    out.protocol = isAnyPort(name, 1) ? ANY_PROTOCOL : protocolOf(name, 1)
    out.portLabel = isAnyPort(name, 0) ? -1 : 0
    // Any port of any protocol: none is asked for in fact.
    const isNone = out.portLabel < 0 && out.protocol === ANY_PROTOCOL
    return isNone || hasPort(image, record, name, out, this.#work)
  }
}

/** True when one of the lists that count for the service has a port as `out` says. */
function hasPort(image: Image, record: number, name: QueryName, out: Match, work: Work): boolean {
  const { view } = image
  const own = kindOf(view, record) === CLUSTER
  const lists = own ? 1 : view.getUint16(record + RECORD.portSets, true)
  for (let index = 0; index < lists && work.left > 0; index++) {
    const list = own ? ownPorts(image, record) : portSet(image, record, index)
    work.left -= view.getUint32(list, true)
    if (countPorts(image, list, name, out.portLabel, out.protocol) > 0) return true
  }
  return false
}

/** By namespace, then by name. */
function compareKeys(image: Image, record: number, other: Image, otherRecord: number): number {
  return (
    compareLabels(image, namespaceAt(image, record), other, namespaceAt(other, otherRecord)) ||
    compareLabels(image, nameAt(image, record), other, nameAt(other, otherRecord))
  )
}
