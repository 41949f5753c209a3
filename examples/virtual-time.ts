// A question to virtual time: with eight devices, what does a slow third one cost a stream, and what 1F1B?
import { constant, make, ms, oneFOneB, type Schedule, simulate, stream } from 'forwardflow/simulation';

const u = constant(ms(1));
const twice = constant(ms(2));
for (const plan of [stream(), oneFOneB()]) {
  const schedule = await make<Schedule>(plan);
  const costs = plan.name === 'stream' ? { F: twice, W: twice } : { F: u, B: u, W: u };
  const scenario = { schedule, devices: 8, microbatches: 500, costs };
  const even = simulate(scenario).throughput;
  const slow = simulate({ ...scenario, slow: [{ device: 2, factor: 1.5 }] }).throughput;
  console.log(
    `${plan.name.padEnd(8)} ${even.toFixed(1)} microbatches/s, with a slow device ${slow.toFixed(1)}`,
  );
}
