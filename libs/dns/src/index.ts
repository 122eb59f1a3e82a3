export * from './packet.ts'
