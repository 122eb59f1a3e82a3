/** Port lists of Services, slices and imports. Most clusters have few different ones, so equal lists are one list. */

import type { Port, Protocol } from '../objects.ts'
import { type FieldReader, type Json, quote } from './field-reader.ts'
import { Interner } from './intern.ts'

/** Those that are no DNS label are mapped by the compiler. */
const NAME_MAX = 253
const PROTOCOLS: readonly string[] = ['TCP', 'UDP', 'SCTP'] satisfies Protocol[]

function isProtocol(text: string): text is Protocol {
  return PROTOCOLS.includes(text)
}

export class PortReader {
  readonly #lists = new Interner<readonly Port[]>()

  /**
   * @param numbers whether a port may lack its number: in a slice it may ("all ports"), in a service not.
   */
  read(fields: FieldReader, parent: Json, numbers: 'required' | 'optional'): readonly Port[] {
    const ports = fields.eachObject(parent, 'ports', (port) => readPort(fields, port, numbers))
    if (ports.length === 0) return ports
    let key = ''
    // A name's length stands before it, so that no name can look like more than one port.
    for (const { name, protocol, port } of ports) key += `${protocol}${port}/${name.length}/${name}`
    return this.#lists.intern(key, ports)
  }
}

/** A port with a value that is not valid is left out whole: half of it would answer under a wrong name. */
function readPort(fields: FieldReader, port: Json, numbers: 'required' | 'optional'): Port | undefined {
  const name = port['name'] ?? ''
  if (typeof name !== 'string' || name.length > NAME_MAX) {
    fields.warn('name', `${quote(name)} is no string of at most ${NAME_MAX} characters`)
    return undefined
  }
  const protocol = port['protocol'] ?? 'TCP'
  if (typeof protocol !== 'string' || !isProtocol(protocol)) {
    fields.warn('protocol', `${quote(protocol)} is none of ${PROTOCOLS.join(', ')}`)
    return undefined
  }
  const number = port['port'] ?? undefined
  if (number === undefined && numbers === 'optional') return { name, protocol, port: undefined }
  if (typeof number !== 'number' || !Number.isInteger(number) || number < 1 || number > 65535) {
    fields.warn('port', `${quote(number)} is no port number (1 to 65535)`)
    return undefined
  }
  return { name, protocol, port: number }
}
