/**
 * ioredis by names, to be imported late. It is CommonJS, of which a bundle's `await import()` gives nothing but a default
 * export, while an `export from` gives names everywhere.
 */
export { Cluster, Redis } from 'ioredis'
