/** The first page: each feed in a few lines, and the way to the board. Plain HTML, so that it shows wherever. */
import { JOB_KINDS, JOBS } from '../kinds.ts'
import type { AdminFeed } from './admin-feed.ts'

const STYLE = `body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1c2733;background:#fff}
h1{font-size:1.4rem}h2{font-size:1.1rem;margin-top:2rem}table{border-collapse:collapse;width:100%}
th,td{text-align:left;padding:.3rem .8rem .3rem 0;border-bottom:1px solid #d5dbe1;font-weight:normal}th{color:#51606f}
.number{text-align:right}.bad{color:#b3261e;font-weight:600}a{color:#0b57a4}
.to-board{display:inline-block;padding:.5rem 1rem;border:1px solid;border-radius:.3rem;text-decoration:none}
@media(prefers-color-scheme:dark){body{color:#dde4ea;background:#151a21}th,td{border-color:#35414d}th{color:#93a1af}a{color:#7db7f0}.bad{color:#ff8a80}}`

export function landingPage(feeds: readonly AdminFeed[], worker: string): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>zonecast sync</title><style>${STYLE}</style></head><body>
<h1>zonecast sync on ${escaped(worker)}</h1>
<p><a class="to-board" href="/board/">Jobs of all feeds</a></p>
${feeds.map(feedSection).join('\n')}
</body></html>
`
}

function feedSection(feed: AdminFeed): string {
  const readings = feed.readings()
  if (readings === undefined) return `<h2>${escaped(feed.title)}</h2>\n<p>The jobs have not begun yet.</p>`
  const { connected, counts, publishing, queue, tallies } = readings
  const audit = feed.audit()
  const role = publishing
    ? 'This worker publishes, and takes its jobs.'
    : 'This worker does not publish; the one that does takes the jobs.'
  const away = connected ? '' : ' <span class="bad">Redis cannot be reached.</span>'
  const failed = counts?.failed ?? 0
  const found =
    audit.atMs === 0
      ? 'No audit by this worker yet.'
      : `Last audit ${new Date(audit.atMs).toISOString()}: ${audit.drift === 0 ? 'no difference' : bad(`${audit.drift} differences`)}.`
  const rows = JOB_KINDS.map((kind) => {
    const { done, failed: lost, left, retried } = tallies[kind]
    const cells = [done, retried, left, lost].map(
      (count, at) => `<td class="number">${at === 3 && count > 0 ? bad(count) : count}</td>`,
    )
    return `<tr><td>${kind}</td><td>${JOBS[kind].does}</td>${cells.join('')}</tr>`
  })
  const heads = ['done here', 'tried again', 'left to another', 'failed for good']
    .map((head) => `<th class="number">${head}</th>`)
    .join('')
  const waiting =
    counts === undefined
      ? ''
      : `${counts.waiting} waiting, ${counts.active} being done, ${failed > 0 ? bad(`${failed} failed`) : '0 failed'} in the queue.`
  return `<h2><a href="/board/queue/${encodeURIComponent(queue)}">${escaped(feed.title)}</a></h2>
<p>${role}${away} ${found} ${waiting}</p>
<table><thead><tr><th>job</th><th></th>${heads}</tr></thead>
<tbody>${rows.join('')}</tbody></table>`
}

function bad(text: string | number): string {
  return `<span class="bad">${text}</span>`
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}
