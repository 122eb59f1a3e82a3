/**
 * Bundles the command into dist/, which is the package that npm ships: `npm pack ./dist`.
 *
 * Node strips no types under node_modules, so what is installed has to be JavaScript. Everything is bundled but koffi,
 * which brings native code and is optional. Code is split, so that a subcommand or a thread reads only what it needs.
 *
 * A thread's file is named in the sources as `new URL('./name.ts', import.meta.url)`. Every such file becomes an entry
 * `dist/name.js`; because all of dist/ lies in one folder, the URL needs no more than its ending changed.
 */
import { chmod, copyFile, cp, glob, readFile, rm, writeFile } from 'node:fs/promises'
import { builtinModules } from 'node:module'
import { basename, dirname, join, resolve } from 'node:path'
import { build, type Plugin } from 'esbuild'

const root = join(import.meta.dirname, '..')
const dist = join(root, 'dist')
const command = join(root, 'apps/zonecast/bin/zonecast.js')
/**
 * It shares no chunks with the other subcommands: the more entries share, the more and smaller the chunks, and every file
 * that is read takes memory for good on Bun.
 */
const RESPOND = 'respond'
/** The one thread that loads as much as the command does: it shares the command's chunks. A chunk is loaded whole, so others share none. */
const COMPILE_THREAD = 'compile-thread'
const threadUrl = /new URL\((['"])\.\/([\w-]+)\.ts\1, import\.meta\.url\)/g

async function threadFiles(): Promise<Map<string, string>> {
  const files = new Map<string, string>()
  for await (const source of glob('{libs,apps}/*/src/**/*.ts', { cwd: root })) {
    if (source.endsWith('.test.ts')) continue
    for (const [, , name = ''] of (await readFile(join(root, source), 'utf8')).matchAll(threadUrl)) {
      const file = resolve(root, dirname(source), `${name}.ts`)
      if ((files.get(name) ?? file) !== file) throw new Error(`two threads are called ${name}: ${file}`)
      files.set(name, file)
    }
  }
  return files
}

const threadUrls: Plugin = {
  name: 'thread-urls',
  setup({ onLoad }) {
    onLoad({ filter: /[/\\](libs|apps)[/\\].*\.ts$/ }, async ({ path }) => ({
      contents: (await readFile(path, 'utf8')).replace(threadUrl, "new URL('./$2.js', import.meta.url)"),
      loader: 'ts',
    }))
  },
}

/** The command imports what is bundled apart. */
const respondApart: Plugin = {
  name: 'respond-apart',
  setup({ onResolve }) {
    onResolve({ filter: /^\.\/respond\.ts$/ }, ({ kind }) =>
      kind === 'dynamic-import' ? { path: `./${RESPOND}.js`, external: true } : undefined,
    )
  },
}

/** A CommonJS dependency calls `require('buffer')`, which an ES module has not. */
const requiredBuiltins: Plugin = {
  name: 'required-builtins',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: new RegExp(`^(node:)?(${builtinModules.join('|')})$`) }, ({ path, kind }) =>
      kind === 'require-call' ? { path, namespace: 'builtin' } : undefined,
    )
    onLoad({ filter: /.*/, namespace: 'builtin' }, ({ path }) => ({
      contents: `module.exports = process.getBuiltinModule(${JSON.stringify(path)})`,
    }))
  },
}

/** @param entries by the name of what comes of them; those of one call share chunks. */
async function bundle(entries: Readonly<Record<string, string>>): Promise<void> {
  await build({
    entryPoints: { ...entries },
    outdir: dist,
    bundle: true,
    splitting: true,
    minify: true,
    format: 'esm',
    platform: 'node',
    target: 'es2024',
    // Tells Bun that there is nothing to compile, so that it reads each file as it is.
    banner: { js: '// @bun' },
    external: ['koffi', 'bun', 'bun:*'],
    // Its ES modules: of CommonJS, `await import('yaml')` would give nothing but a default export.
    alias: { yaml: join(root, 'node_modules/yaml/browser/index.js') },
    plugins: [threadUrls, respondApart, requiredBuiltins],
    logLevel: 'warning',
  })
}

await rm(dist, { recursive: true, force: true })
const { [COMPILE_THREAD]: compileThread = '', ...threads } = Object.fromEntries(await threadFiles())
await bundle({ [basename(command, '.js')]: command, [COMPILE_THREAD]: compileThread })
await bundle({ [RESPOND]: join(root, `apps/zonecast/src/${RESPOND}.ts`) })
for (const [name, file] of Object.entries(threads)) await bundle({ [name]: file })
await chmod(join(dist, basename(command)), 0o755)

const { name, version, description, license, engines, dependencies } = JSON.parse(
  await readFile(join(root, 'package.json'), 'utf8'),
)
const manifest = {
  name,
  version,
  description,
  license,
  engines,
  type: 'module',
  bin: { [basename(command, '.js')]: basename(command) },
  optionalDependencies: dependencies,
}
await writeFile(join(dist, 'package.json'), `${JSON.stringify(manifest, undefined, 2)}\n`)
// What the board shows is no code of ours: its pages lie beside the code as they are.
const boardUi = join(root, 'node_modules/@bull-board/ui/dist')
await cp(boardUi, join(dist, 'board-ui/dist'), { recursive: true })
for (const file of ['README.md', 'CHANGELOG.md', 'LICENSE']) await copyFile(join(root, file), join(dist, file))
