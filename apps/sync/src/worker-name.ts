import { hostname } from 'node:os'

/** What this worker is called in head, in logs and on the board: its host, and its process where the host may run several. */
export const WORKER_NAME = process.pid === 1 ? hostname() : `${hostname()}:${process.pid}`
