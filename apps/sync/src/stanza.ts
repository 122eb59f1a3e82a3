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

export function compileWarningText({ namespace, service, externalName }: CompileWarning): string {
  return `service ${namespace}/${service}: externalName "${externalName}" is no host name; it answers nothing`
}
