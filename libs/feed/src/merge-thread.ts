/** The thread of `mergedAside`: merges what it is given, hands the image over, and ends. */
import { parentPort, workerData } from 'node:worker_threads'
import { type MergeSetup, mergeSetup } from './merged-aside.ts'

if (parentPort === null) throw new Error('this module is a thread that merges images')
const merged = mergeSetup(workerData as MergeSetup)
parentPort.postMessage(merged, [merged.buffer])
