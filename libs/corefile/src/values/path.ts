/** Paths with `/` between their parts, as text: what `import` and `manifests` mean relative to the file that they stand in. */

/** `path` as seen from the folder of `file`; `.` and `..` are resolved where the text allows it. */
export function resolveBeside(file: string, path: string): string {
  if (path.startsWith('/')) return normalize(path)
  return normalize(file.slice(0, file.lastIndexOf('/') + 1) + path)
}

function normalize(path: string): string {
  const absolute = path.startsWith('/')
  const parts: string[] = []
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue
    if (part !== '..') parts.push(part)
    else if (parts.length > 0 && parts.at(-1) !== '..') parts.pop()
    else if (!absolute) parts.push(part)
  }
  return (absolute ? '/' : '') + parts.join('/') || '.'
}

export function isGlob(path: string): boolean {
  return /[*?[]/.test(path)
}
