/**
 * The closing line of script/test: how many tests passed and failed, from vitest's JSON report. What failed without
 * being a test (a type error, lint, a test file that did not load, a run that broke off) counts as one failure each, so
 * the line and the exit status never disagree.
 *
 *   node script/count-results.ts REPORT VITEST_STATUS FAILED_CHECKS
 */
import { readFileSync } from 'node:fs'

interface Report {
  readonly numPassedTests: number
  readonly numFailedTests: number
  readonly testResults: readonly { readonly status: string; readonly assertionResults: readonly { status: string }[] }[]
}

function readReport(file: string): Report {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Report
  } catch {
    return { numPassedTests: 0, numFailedTests: 0, testResults: [] }
  }
}

const [file = '', status = '1', failedChecks = '0'] = process.argv.slice(2)
const report = readReport(file)
const brokenFiles = report.testResults.filter(
  (result) => result.status === 'failed' && result.assertionResults.every((test) => test.status !== 'failed'),
).length
const counted = report.numFailedTests + brokenFiles
const failed = Number(failedChecks) + (counted === 0 && status !== '0' ? 1 : counted)
console.log(`${report.numPassedTests} passed, ${failed} failed`)
process.exitCode = failed === 0 ? 0 : 1
