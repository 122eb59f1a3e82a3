/**
 * The files of a source as one state. An object that is defined twice counts as its last definition says, in the order of
 * the files and of the lines in them.
 */

import { namespaceOf, ObjectMap } from '../object-map.ts'
import type { Namespace, SlimObject } from '../objects.ts'
import type { ManifestFile } from './manifest-draft.ts'

export interface MergedManifests {
  readonly objects: ObjectMap
  readonly warnings: readonly string[]
}

const WARNINGS_MAX = 100
/** How many services a warning names. */
const NAMED_MAX = 5

/** @param namespaceNamed makes the namespaces that objects name, when no file has any Namespace object. */
export function mergeManifests(
  files: readonly ManifestFile[],
  namespaceNamed: (name: string) => Namespace,
): MergedManifests {
  const objects = new ObjectMap()
  const warnings: string[] = []
  let leftOut = 0
  for (const [fileIndex, file] of files.entries()) {
    for (const [index, object] of file.objects.entries()) {
      const before = objects.set(object)
      if (before === undefined) continue
      if (warnings.length === WARNINGS_MAX) leftOut++
      else {
        const places = `${placeBefore(files, fileIndex, index, before)} and ${file.path}:${file.lines[index]}`
        warnings.push(`${describe(object)} is defined twice, the later counts: ${places}`)
      }
    }
  }
  if (leftOut > 0) warnings.push(`${leftOut} more objects are defined twice`)
  const hasNamespaces = objects.ofKind('Namespace').next().done === false
  if (hasNamespaces) return { objects, warnings: [...warnings, ...missingNamespaces(objects)] }
  const named = new Set(files.flatMap((file) => [...file.namespaces]))
  for (const name of [...named].sort()) objects.set(namespaceNamed(name))
  return { objects, warnings }
}

/** Where the definition stands that came last before the given one. */
function placeBefore(files: readonly ManifestFile[], fileIndex: number, index: number, object: SlimObject): string {
  for (let at = fileIndex; at >= 0; at--) {
    const { path, objects, lines } = files[at] as ManifestFile
    let found = at === fileIndex ? index : objects.length
    while (--found >= 0) if (objects[found] === object) return `${path}:${lines[found]}`
  }
  return ''
}

function describe(object: SlimObject): string {
  const isLegacy = object.kind === 'EndpointSlice' && object.legacy
  const name = isLegacy ? object.serviceName : object.name
  return [
    isLegacy ? 'Endpoints' : object.kind,
    [namespaceOf(object), name].filter((part) => part !== '').join('/'),
  ].join(' ')
}

/** One warning for each namespace that services lie in and no Namespace object defines. */
function missingNamespaces(objects: ObjectMap): string[] {
  const services = new Map<string, string[]>()
  for (const object of objects.ofKind('Service')) {
    const namespace = namespaceOf(object)
    if (objects.get('Namespace', '', namespace) !== undefined) continue
    const names = services.get(namespace)
    if (names === undefined) services.set(namespace, [object.name])
    else names.push(object.name)
  }
  return [...services].map(([namespace, names]) => {
    const more = names.length > NAMED_MAX ? ` and ${names.length - NAMED_MAX} more` : ''
    return `Namespace ${namespace} is not defined, so its services answer nothing: ${names.slice(0, NAMED_MAX).join(', ')}${more}`
  })
}
