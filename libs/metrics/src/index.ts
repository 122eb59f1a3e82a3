export { Histogram, PROGRAMMING_BOUNDS, STEP_BOUNDS } from './histogram.ts'
export { addProcessMetrics } from './process-metrics.ts'
export { CONTENT_TYPE, type HistogramValue, Scrape } from './scrape.ts'
export { METRICS, type Metric, type MetricName, type Role } from './table.ts'
