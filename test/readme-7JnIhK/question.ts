import {
  constant, interleaved, lognormal, make, ms, oneFOneB, pipedream, type Schedule, simulate, stream, us, zbH2,
} from 'forwardflow/simulation';

const u = constant(ms(1)); // one product of a microbatch with a stage's weights
const twice = constant(ms(2)); // the same for a positive and a negative
for (const plan of [stream(), oneFOneB(), interleaved({ chunks: 2, wraps: 'all' }), zbH2(), pipedream()]) {
  const schedule = await make<Schedule>(plan);
  const { throughput, bubble, stages } = simulate({
    schedule, devices: 64, microbatches: schedule.updates === 'flush' ? 256 : 4000,
    costs: plan.name === 'stream' ? { F: twice, W: twice } : { F: u, B: u, W: u },
    link: { latency: us(20) }, jitter: lognormal(0.1),
    ...(plan.name === 'stream' && { streams: 2, capacity: 2 }),
  });
  console.log(plan.name.padEnd(18), throughput.toFixed(1), bubble.ofTotal.toFixed(3), stages[0].peakActivations);
}
