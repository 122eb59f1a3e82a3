/** The admin pages of a sync worker: one server for each address that a feed names. */
import type { HostPort } from '@zonecast/corefile'
import type { AdminServer } from '@zonecast/jobs'
import type { SyncJobs } from './sync-jobs.ts'
import { WORKER_NAME } from './worker-name.ts'

export interface ShownFeed {
  /** Its name and where it is. */
  readonly feed: string
  readonly jobs: SyncJobs
  /** Undefined: it is not shown. */
  readonly admin: HostPort | undefined
}

export async function openAdminPages(
  feeds: readonly ShownFeed[],
  tell: (level: 'info' | 'warning', text: string) => void,
): Promise<readonly AdminServer[]> {
  const byAddress = Map.groupBy(feeds, ({ admin }) => JSON.stringify(admin))
  const { openAdmin } = await import('@zonecast/jobs')
  return [...byAddress.values()].flatMap((shown) => {
    const admin = shown[0]?.admin
    if (admin === undefined) return []
    const pages = shown.map(({ feed, jobs }) => ({
      title: feed,
      readings: () => jobs.jobs?.readings,
      audit: () => jobs.audit,
      queue: () => jobs.jobs?.queue,
    }))
    return openAdmin({ ...admin, feeds: pages, worker: WORKER_NAME, tell })
  })
}
