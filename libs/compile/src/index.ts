export type { ObjectCounts } from './cluster.ts'
export { Compiler, type CompilerOptions, type CompileWarning, type Stamp } from './compiler.ts'
export { COMPILE_ERRORS, CompileError, type CompileErrorCode } from './errors.ts'
export type { LabelSelector, Stanza } from './stanza.ts'
