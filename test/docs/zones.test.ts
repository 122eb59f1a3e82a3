import { checkPage } from './check-page.ts'

checkPage('docs/zones.md', 'examples/zones/cluster.yaml')
