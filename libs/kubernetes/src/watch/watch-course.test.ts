import { expect, test } from 'vitest'
import { WatchCourse } from './watch-course.ts'

test('a try whose watch never began is not good, however long it took', () => {
  const course = new WatchCourse(100)
  expect([course.hasBegun(), course.isGood(60_000)]).toEqual([false, false])
})

test('a watch is good once it lasted for a while, or told something', () => {
  const course = new WatchCourse(100)
  course.begins(1000)
  expect([course.hasBegun(), course.isGood(1100), course.isGood(1101)]).toEqual([true, false, true])
  course.advances()
  expect(course.isGood(1000)).toBe(true)
})
