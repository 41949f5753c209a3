// forwardflow/simulation: a pipeline in virtual time, where nothing is learned; and what layers cost on this machine.

// what happens, and how long it lasts
export type { Arrivals } from './arrivals/arrival.ts';
export { poisson } from './arrivals/poisson.ts';
export { regular } from './arrivals/regular.ts';
export { ms, seconds, us } from './core/clock.ts';
export { make } from './core/plan.ts';
export { VirtualClock } from './core/virtual-clock.ts';
export { constant } from './distributions/constant.ts';
export type { Distribution } from './distributions/distribution.ts';
export { empirical } from './distributions/empirical.ts';
export { exponential } from './distributions/exponential.ts';
export { lognormal } from './distributions/lognormal.ts';
export { scaled } from './distributions/scaled.ts';
export type { Bottleneck, BottleneckOptions, Limit } from './graph/bottleneck.ts';
export { bottleneckOf } from './graph/bottleneck.ts';
export { bottleneckText } from './graph/bottleneck-text.ts';
export { graphMermaid, graphText } from './graph/draw.ts';
export type { OpTimes, TimedGraph, Unsteady } from './graph/timed-graph.ts';
// what layers and links cost here
export type { Calibration, Configuration } from './run/calibration.ts';
export { calibrate, learningOnly, scenarioOf } from './run/calibration.ts';
export { measuredCosts, measuredOps } from './run/costs.ts';
export { median } from './run/median.ts';
// every schedule, those included that only the simulator can time
export { blocking } from './schedules/blocking.ts';
export { chimera } from './schedules/chimera.ts';
export { dualpipe } from './schedules/dualpipe.ts';
export { gpipe } from './schedules/gpipe.ts';
export { interleaved } from './schedules/interleaved.ts';
export { oneFOneB } from './schedules/one-f-one-b.ts';
export { pffAllLayers } from './schedules/pff-all-layers.ts';
export { pffSingleLayer } from './schedules/pff-single-layer.ts';
export { pipedream } from './schedules/pipedream.ts';
export { pipedream2bw } from './schedules/pipedream-2bw.ts';
export type { Schedule, SchedulePlan } from './schedules/schedule.ts';
export { stream } from './schedules/stream.ts';
export { zbH1 } from './schedules/zb-h1.ts';
export { zbH2 } from './schedules/zb-h2.ts';
export { zbV } from './schedules/zb-v.ts';
export type { TopDown } from './simulation/edges.ts';
// a scenario, and what comes of it
export type { Estimate } from './simulation/intervals.ts';
export { meanOf } from './simulation/intervals.ts';
export { bottleneckOfScenario, graphOfScenario } from './simulation/limits.ts';
export type { EndedOp, MessageKind, Onlooker } from './simulation/onlooker.ts';
export { onlookers } from './simulation/onlookers.ts';
export type { DeviceOutcome, Outcome } from './simulation/outcome.ts';
export type { LayerProfile, Profile } from './simulation/profile.ts';
export { readGraph, stagesOfProfile } from './simulation/profile.ts';
export type { Failures, LinkModel, Pauses, Scenario, StageCosts } from './simulation/scenario.ts';
export { ScheduleError } from './simulation/schedule-error.ts';
export type { Power, Simulated, SimulateOptions } from './simulation/simulate.ts';
export { energyPerMicrobatch, simulate } from './simulation/simulate.ts';
export { SimulatedTrace } from './simulation/simulated-trace.ts';
