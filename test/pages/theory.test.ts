import { describe, expect, it } from 'vitest';
import { scheduleNames } from '../../src/cli/settings/schedules.ts';
import { scenarioOf } from '../../src/cli/values/scenario.ts';
import { type PageSettings, simulationOf, usual } from '../../src/pages/playground/simulator/settings.ts';
import { theoryOf } from '../../src/pages/playground/simulator/theory.ts';
import { simulate } from '../../src/simulation.ts';

const costs = ['F=3ms,B=2ms,W=1ms,U=0', 'F=2ms,B=2ms,W=500us,U=100us'];

describe('the closed forms beside the simulation', () => {
  it.each(scheduleNames)('of %s are what is simulated, where there is one', async (schedule) => {
    let told = 0;
    for (const cost of costs)
      for (const [stages, microbatches] of [
        [2, 4],
        [4, 8],
        [6, 24],
      ].map((pair) => pair.map(String)))
        for (const linkLatency of ['0', '300us'])
          for (const slow of ['', '1:2', '0:0.5,1:3']) {
            const settings: PageSettings = {
              ...usual,
              schedule,
              stages,
              microbatches,
              cost,
              linkLatency,
              slow,
            };
            const given = simulationOf(settings, schedule);
            const scenario = await scenarioOf(given);
            const theory = theoryOf(scenario, given);
            if ('none' in theory) continue;
            told++;
            expect(simulate(scenario).makespan, JSON.stringify(settings)).toBeCloseTo(theory.seconds, 9);
          }
    const local = ['stream', 'mono-forward'];
    const written = [...local, '1f1b', 'blocking', 'gpipe', 'interleaved-1f1b', 'partime', 'zb-h1', 'zb-h2'];
    expect(told > 0, `${told}`).toBe(written.includes(schedule));
  });
});
