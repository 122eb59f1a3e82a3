export * from './objects.ts'
