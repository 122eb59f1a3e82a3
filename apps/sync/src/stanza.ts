/** The compiler's view of a `kubernetes` stanza. */
import type { CompileWarning, Stanza } from '@zonecast/compile'
import type { KubernetesStanza } from '@zonecast/corefile'
import { parseSelector } from '@zonecast/kubernetes/selector'

/** @throws KubernetesError selector-syntax, which reading the Corefile has ruled out */
export function stanzaOf(stanza: KubernetesStanza): Stanza {
  const selector = (text: string | undefined) => (text === undefined ? undefined : parseSelector(text))
  return {
    ...stanza,
    zones: stanza.zones.map((zone) => zone.replace(/\.$/, '')),
    labels: selector(stanza.labels),
    namespaceLabels: selector(stanza.namespaceLabels),
  }
}

export function compileWarningText(warning: CompileWarning): string {
  const of = `service ${JSON.stringify(`${warning.namespace}/${warning.service}`).slice(1, -1)}`
  if (warning.code === 'bad-external-name') {
    return `${of}: externalName "${warning.externalName}" is no host name; it answers nothing`
  }
  const name = JSON.stringify(warning.name)
  const by = JSON.stringify(warning.by).slice(1, -1)
  switch (warning.code) {
    case 'bad-name':
      return `${of}: ${name} makes no name; it is not published`
    case 'too-many-names':
      return `${of}: more than 16 names; not published: ${name}`
    case 'bad-name-mode':
      return `${of}: zonecast.dev/name-mode ${name} is neither add nor replace; it counts as add`
    case 'bad-port-name':
      return `${of}: the port name ${name} makes no name; the port has none`
    case 'port-name-taken':
      return `${of}: another port has the name that ${name} makes; this one has none`
    case 'name-taken':
      return `${of}: the name ${name} is that of service ${by}; it is not published`
    case 'name-hidden':
      return `${of}: the name ${name} leads to ${by}, which goes before`
    case 'service-hidden':
      return `${of}: names below ${name} may be among those of ${by}, which go before`
    case 'record-hidden':
      return `namespace ${warning.namespace}: the name of its TXT record, ${name}, is that of ${by}, which goes before`
    case 'name-too-long':
      return `${of}: the name ${name} is too long before ${by}; it is not published there`
    case 'not-in-format':
      return `${of}: format 1 of the feed has no words for the name ${name}; it is not published`
    case 'namespace-hidden':
      return `namespace ${warning.namespace}: names of its services may lie among those of ${by}, which go before`
  }
}
