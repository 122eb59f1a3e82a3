/** The reference page of the Corefile, made from the same tables that read it; `docs/corefile.md` holds it. */

import { directiveNames, directives } from '../directives/index.ts'
import { codes } from '../errors.ts'
import { coreDnsDirectives, coreDnsSchemes, defaultPorts, schemes } from '../known-words.ts'
import { limits } from '../limits.ts'
import type { Arguments, Directive, OptionTable } from '../schema.ts'
import { logPlaceholders } from '../values/log-format.ts'

const language = `# The Corefile

zonecast is configured by a Corefile, the language of CoreDNS. \`zonecast check\` reads one and says what it will do, or all
that is wrong with it: file, line, column, what was found, what was expected. Nothing is silently ignored: what CoreDNS has
and zonecast does not is an error that says so.

This page is made from the tables that the parser reads by (\`npm run reference --workspace libs/corefile\`).

## The language

~~~corefile
# Everything after a hash is a comment.
(common) {                        # a snippet: what "import common" puts in its place
    errors
    log . "{remote} {name} {type} {rcode}"
}

shop.example, billing.example,    # keys; after a comma they may go on
tls://shop.example:8853 {         # over the next line
    import common
    tls {$CERTS:/etc/certs}/tls.crt {$CERTS:/etc/certs}/tls.key
    whoami
}
~~~

* A **server block** is one or more keys and a block of directives. The brace opens at the end of a line and closes on a line
  of its own. A file with a single block may leave the braces out.
* A **directive** is a name and its arguments on one line; some take a block of options. There is no continuation of lines.
* **Quotes** hold an argument with spaces or a hash, and may go over several lines; \`\\"\` is a quote in them.
* **Snippets** stand outside of blocks, above their first use. \`import\` takes a snippet, a file, or a glob such as
  \`import conf.d/*.conf\`, relative to the file that it stands in; a glob without a match is a warning. Imported text
  stands where the import stood, so a file may hold server blocks, directives or options.
* **Variables** of the environment are \`{$NAME}\` or \`{%NAME%}\`, and \`{$NAME:default}\`. One that is not set and has no default
  is an error. The value is one argument, or part of one, whatever it holds.
`

const keys = `## Keys

\`[SCHEME://]ZONE[:PORT]\`

| scheme | serves | port |
|---|---|---|
| \`${schemes[0]}://\`, or none | DNS over UDP and TCP | ${defaultPorts.dns}, or that of \`-dns.port\` |
| \`${schemes[1]}://\` | DNS over TLS (RFC 7858); needs \`tls\` | ${defaultPorts.tls} |
| \`${schemes[2]}://\` | DNS over HTTPS (RFC 8484); without \`tls\` plain HTTP, for a proxy that ends TLS | ${defaultPorts.https} |

Port 0 is any free one. A question goes to the block with the longest zone that holds its name; \`.\` is every name. A prefix
stands for the reverse zones that cover it, so \`10.96.0.0/12\` for sixteen of them and \`2001:db8::/32\` for one. No two blocks
may claim one zone at one scheme, address and port, and no two schemes one address and port.

~~~corefile
cluster.local 10.96.0.0/16 fd00:10:96::/112 {
    kubernetes {
        manifests cluster.json
    }
}
~~~
`

export function referencePage(): string {
  return [
    language,
    keys,
    '## Directives\n',
    ...directiveNames.flatMap((name) => describeDirective(name, directives[name])),
    describeLog(),
    describeNotYet(),
    describeErrors(),
    describeLimits(),
  ].join('\n')
}

// Any of the tables: nothing here depends on the types of its values.
type Described = Pick<
  Directive<unknown, OptionTable, unknown>,
  'arguments' | 'options' | 'doc' | 'repeats' | 'examples'
>

function describeDirective(name: string, { arguments: args, options, doc, repeats, examples }: Described): string[] {
  const entries = Object.entries(options)
  const done = entries.filter(([, option]) => option.standing === 'done')
  const later = entries.filter(([, option]) => option.standing !== 'done').map(([optionName]) => `\`${optionName}\``)
  const usage = [`${name} ${args.usage}`.trim()]
  if (done.length > 0) {
    const lines = done.map(([optionName, option]) => `    ${optionName} ${option.arguments.usage}`.trimEnd())
    usage[0] += ' {'
    usage.push(...lines, '}')
  }
  const table = done.map(([optionName, option]) => {
    const cells = [`\`${optionName}\``, takes(option.arguments), option.arguments.shownInitial ?? '', line(option.doc)]
    return row([...cells, option.join === undefined ? '' : 'yes'])
  })
  return [
    `### ${name}\n`,
    `~~~\n${usage.join('\n')}\n~~~\n`,
    `${doc}\n`,
    ...(args.usage === '' ? [] : [`Arguments: ${takes(args)}${byDefault(args)}.\n`]),
    ...(repeats ? ['May stand several times in a server block.\n'] : []),
    ...(done.length === 0
      ? []
      : [`${row(['option', 'takes', 'default', 'meaning', 'repeats'])}\n${row(Array(5).fill('---'))}`, ...table, '']),
    ...(later.length === 0 ? [] : [`Not done yet: ${later.join(', ')}.\n`]),
    ...examples.map((example) => `~~~corefile\n${example}\n~~~\n`),
  ]
}

function takes({ usage, expected }: Pick<Arguments<unknown>, 'usage' | 'expected'>): string {
  if (expected.length === 0) return usage === '' ? '' : `\`${usage}\``
  return expected.map(([name, what]) => `\`${name}\`: ${what}`).join('; ')
}

function byDefault({ shownInitial }: Pick<Arguments<unknown>, 'shownInitial'>): string {
  return shownInitial === undefined ? '' : ` (default \`${shownInitial}\`)`
}

function describeLog(): string {
  const rows = Object.entries(logPlaceholders).map(([name, doc]) => row([`\`{${name}}\``, doc]))
  return ['## Placeholders of log\n', row(['placeholder', 'stands for']), row(['---', '---']), ...rows, ''].join('\n')
}

function describeNotYet(): string {
  const words = (list: readonly string[]) => list.map((word) => `\`${word}\``).join(', ')
  return [
    '## Not done yet\n',
    `Directives of CoreDNS 1.14.7: ${words(coreDnsDirectives.toSorted())}.\n`,
    `Schemes of CoreDNS: ${words(coreDnsSchemes.map((scheme) => `${scheme}://`))}.\n`,
  ].join('\n')
}

function describeErrors(): string {
  const rows = Object.entries(codes).map(([code, { doc }]) => row([`\`${code}\``, doc]))
  return [
    '## Errors\n',
    'The code of each is for programs; people read the message, such as',
    '`Corefile:14:5: unknown directive "pdos" in kubernetes: did you mean "pods"?`. A file with a hundred faults is not read on.\n',
    row(['code', 'meaning']),
    row(['---', '---']),
    ...rows,
    '',
  ].join('\n')
}

function describeLimits(): string {
  const count = (number: number) => number.toLocaleString('en')
  return [
    '## Limits\n',
    `A file has at most ${count(limits.fileSize)} characters. All files together have at most ${count(limits.words)} words,`,
    `${count(limits.imports)} imports (${limits.importDepth} deep), ${limits.blockDepth} blocks in each other and ${count(limits.zones)} zones;`,
    `a server block binds at most ${limits.bindTargets} addresses.`,
    '',
  ].join('\n')
}

function row(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
}

function line(text: string): string {
  return text.replaceAll('\n', ' ')
}
