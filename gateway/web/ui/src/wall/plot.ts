/** The 24 h plot: bars of what became of each hour's calls, and a line of what came in. Pure. */

import type { Hour } from './board'

export interface Bar {
  from: string
  x: number
  width: number
  /** Heights from the bottom upwards, in units of the plot. */
  answered: number
  abandoned: number
  other: number
  /** Where the line of calls that came passes. */
  arrivedY: number
  middle: number
}

export interface Plot {
  top: number
  ticks: number[]
  bars: Bar[]
  line: string
}

/** The next number that reads well: 1, 2, 5, 10, 20, 50... */
export function roundUp(value: number): number {
  for (let unit = 1; ; unit *= 10)
    for (const step of [1, 2, 5]) if (step * unit >= value) return step * unit
}

export function plot(hours: readonly Hour[], width: number, height: number): Plot {
  const highest = Math.max(4, ...hours.map((one) => Math.max(one.arrived, one.answered + one.abandoned)))
  const step = roundUp(highest / 4)
  const top = Math.ceil(highest / step) * step
  const high = (count: number): number => (Math.max(0, count) / top) * height
  const each = width / Math.max(1, hours.length)
  const bars = hours.map((one, at) => ({
    from: one.from,
    x: at * each + each * 0.14,
    width: each * 0.72,
    answered: high(one.answered),
    abandoned: high(one.abandoned),
    other: high(one.arrived - one.answered - one.abandoned),
    arrivedY: height - high(one.arrived),
    middle: (at + 0.5) * each,
  }))
  return {
    top,
    ticks: Array.from({ length: top / step + 1 }, (_, at) => at * step),
    bars,
    line: bars.map((one) => `${one.middle.toFixed(1)},${one.arrivedY.toFixed(1)}`).join(' '),
  }
}
