import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { scheduleNames, schedulePlan, unitsOf } from '../../src/cli/settings/schedules.ts';
import { scheduleGrid } from '../../src/report.ts';
import {
  constant,
  type EndedOp,
  make,
  ms,
  type Schedule,
  type Simulated,
  scaled,
  simulate,
} from '../../src/simulation.ts';

const folder = fileURLToPath(new URL('../../fixtures/schedules/', import.meta.url));
const update = process.env.UPDATE_GOLDENS === '1';
const devices = 4;
const microbatches = 8;

/** Every schedule as the command line has it: four devices, eight microbatches, F = B = W = 1 ms, no latency. */
async function simulated(name: (typeof scheduleNames)[number]) {
  const schedule = await make<Schedule>(schedulePlan(name));
  const grid = scheduleGrid();
  const ops: EndedOp[] = [];
  const units = unitsOf(name);
  const one = constant(ms(1));
  const cost = (unit: number) => (unit === 0 ? constant(0) : scaled(one, unit));
  const outcome = simulate(
    {
      ...{ schedule, devices, microbatches },
      costs: { F: cost(units.F), B: cost(units.B), W: cost(units.W) },
    },
    {
      onlooker: {
        ended(op) {
          grid.onlooker.ended?.(op);
          ops.push(op);
        },
      },
    },
  );
  return { schedule, outcome, ops, grid: grid.text() };
}

function golden(
  name: string,
  { makespan, bubble, stages }: Simulated,
  schedule: Schedule,
  grid: string,
): string {
  const percent = (share: number) => `${(100 * share).toFixed(2)} %`;
  const whose = schedule.validatesAfterwards ? ' (of one device; the next flush begins at once)' : '';
  return [
    `# ${name}: p = ${devices}, m = ${microbatches}, F = B = W = 1 ms, no latency`,
    `# makespan ${+(makespan * 1e3).toFixed(6)} ms${whose}, bubble ${percent(bubble.ofTotal)} of total time`,
    `# peak activations ${stages.map(({ peakActivations }) => peakActivations).join(' ')}`,
    `${grid}\n`,
  ].join('\n');
}

describe.each(scheduleNames)('%s', (name) => {
  test('is the grid that was looked at', async () => {
    const { schedule, outcome, grid } = await simulated(name);
    const path = `${folder}${name}.txt`;
    const text = golden(name, outcome, schedule, grid);
    if (update) writeFileSync(path, text);
    expect(existsSync(path) ? readFileSync(path, 'utf8') : 'no golden: UPDATE_GOLDENS=1').toBe(text);
  });

  test('has no two ops on a device at a time, and each op of each stage once', async () => {
    const { ops } = await simulated(name);
    for (let device = 0; device < devices; device++) {
      const own = ops.filter((op) => op.device === device && op.end > op.start);
      own.sort((a, b) => a.start - b.start);
      for (const [i, op] of own.entries()) if (i > 0) expect(op.start).toBeGreaterThanOrEqual(own[i - 1].end);
    }
    const named = ops.map(({ stage, op, microbatch }) => `${stage}${op}${microbatch}`);
    expect(new Set(named).size).toBe(named.length);
  });
});

test('every golden is of a schedule there is', () => {
  expect(readdirSync(folder).sort()).toEqual(scheduleNames.map((name) => `${name}.txt`).sort());
});
