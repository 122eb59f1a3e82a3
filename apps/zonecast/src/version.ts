/** The version that the command, `version.bind` and the package tell. A test holds it equal to package.json. */
export const VERSION = '0.1.0'

/** E.g. `zonecast-0.1.0`. */
export const PROGRAM = `zonecast-${VERSION}`

const { bun } = process.versions

/** E.g. `bun 1.4.5`. */
export const RUNTIME = bun === undefined ? `node ${process.versions.node}` : `bun ${bun}`

/** E.g. `linux/x64, bun 1.4.5`. */
export function runtimeText(): string {
  return `${process.platform}/${process.arch}, ${RUNTIME}`
}
