/** The objects of a cluster as explanations look at them: by name, and as a person would point at them. */
import type { EndpointSlice, Labels, Namespace, Pod, Service, SlimObject } from '@zonecast/kubernetes'
import { askedNames } from '../objects/asked-names.ts'
import { compareText } from '../order.ts'
import type { LabelSelector } from '../stanza.ts'

export class KnownObjects {
  readonly #services = new Map<string, Service>()
  /** Services by the names that they ask for, or that theirs are flattened to. */
  readonly #askers = new Map<string, Service[]>()
  readonly #namespaces = new Map<string, Namespace>()
  /** By namespace and service. */
  readonly #slices = new Map<string, EndpointSlice[]>()
  readonly #pods = new Map<string, Pod[]>()
  readonly #placeOf: (object: SlimObject) => string | undefined

  /** @param placeOf where an object stands, such as `cluster.yaml:7`; undefined when it came from an API server */
  constructor(objects: Iterable<SlimObject>, placeOf: (object: SlimObject) => string | undefined = () => undefined) {
    this.#placeOf = placeOf
    for (const object of objects) this.#add(object)
  }

  get services(): Iterable<Service> {
    return this.#services.values()
  }

  get namespaces(): Iterable<Namespace> {
    return this.#namespaces.values()
  }

  get slices(): Iterable<EndpointSlice> {
    return [...this.#slices.values()].flat()
  }

  namespace(name: string): Namespace | undefined {
    return this.#namespaces.get(name)
  }

  service(namespace: string, name: string): Service | undefined {
    return this.#services.get(`${namespace}/${name}`)
  }

  /** Who has a name: the first of those that are called so, or of those that ask for it. Stanzas are not looked at. */
  owner(namespace: string, name: string): Service | undefined {
    const service = this.service(namespace, name)
    const all = [...(this.#askers.get(`${namespace}/${name}`) ?? [])]
    if (service !== undefined && (askedNames(service)?.names ?? [name]).includes(name)) all.push(service)
    // Names that are flattened to this one are as good as this one.
    const classOf = (each: Service) => ((askedNames(each)?.own ?? each.name) === name ? 0 : 1)
    return all.sort(
      (a, b) => classOf(a) - classOf(b) || a.creationTimestamp - b.creationTimestamp || compareText(a.name, b.name),
    )[0]
  }

  /** The services that ask for names below one, and a name of each. Stanzas are not looked at. */
  *askersBelow(namespace: string, name: string): Iterable<readonly [Service, string]> {
    for (const [key, services] of this.#askers) {
      if (!key.startsWith(`${namespace}/`) || !key.endsWith(`.${name}`)) continue
      for (const service of services) yield [service, key.slice(namespace.length + 1)]
    }
  }

  /** Those that count: slices made of legacy Endpoints only where there are no others. */
  slicesOf(namespace: string, service: string): readonly EndpointSlice[] {
    const slices = this.#slices.get(`${namespace}/${service}`) ?? []
    const own = slices.filter(({ legacy }) => !legacy)
    return own.length > 0 ? own : slices
  }

  podsIn(namespace: string): readonly Pod[] {
    return this.#pods.get(namespace) ?? []
  }

  /** `Service shop/web (cluster.yaml:7)` */
  say(object: SlimObject): string {
    const place = this.#placeOf(object)
    return `${nameOf(object)}${place === undefined ? '' : ` (${place})`}`
  }

  #add(object: SlimObject): void {
    switch (object.kind) {
      case 'Namespace':
        this.#namespaces.set(object.name, object)
        break
      case 'Service':
        this.#services.set(`${object.namespace}/${object.name}`, object)
        for (const name of askedNames(object)?.names ?? []) {
          if (name !== object.name) push(this.#askers, `${object.namespace}/${name}`, object)
        }
        break
      case 'EndpointSlice':
        if (object.sourceCluster === '') push(this.#slices, `${object.namespace}/${object.serviceName}`, object)
        break
      case 'Pod':
        push(this.#pods, object.namespace, object)
        break
      case 'ServiceImport':
        break
    }
  }
}

function push<Item>(map: Map<string, Item[]>, key: string, item: Item): void {
  const items = map.get(key)
  if (items === undefined) map.set(key, [item])
  else items.push(item)
}

function nameOf(object: SlimObject): string {
  if (object.kind === 'Namespace') return `Namespace ${object.name}`
  const isLegacy = object.kind === 'EndpointSlice' && object.legacy
  return isLegacy
    ? `Endpoints ${object.namespace}/${object.serviceName}`
    : `${object.kind} ${object.namespace}/${object.name}`
}

/** Why a selector does not take an object; undefined when it does. */
export function mismatch(option: string, selector: LabelSelector | undefined, labels: Labels): string | undefined {
  if (selector === undefined || selector.matches(labels)) return undefined
  const texts = Object.entries(labels).map(([key, value]) => `${key}=${value}`)
  const has = texts.length === 0 ? 'it has no such labels' : `it has ${several(texts, ', ')}`
  return `"${option} ${selector.text}" does not select it: ${has}`
}

/** At most five, and how many more there are. */
export function several(texts: readonly string[], separator = ', '): string {
  const more = texts.length - 5
  return texts.slice(0, 5).join(separator) + (more > 0 ? ` and ${more} more` : '')
}
