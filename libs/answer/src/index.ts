export * from './handler.ts'
export { Answerer } from './answerer.ts'
export type { Block, KubernetesPlugin } from './block.ts'
