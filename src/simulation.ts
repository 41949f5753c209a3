// biome-ignore-all assist/source/organizeImports: grouped by what they are for
// forwardflow/simulation: a pipeline in virtual time, where nothing is learned; what limits it; and what layers cost here.

// how long things last, and when they come
export { ms, seconds, us } from './core/clock.ts';
export { VirtualClock } from './core/virtual-clock.ts';
export type { Distribution } from './distributions/distribution.ts';
export { constant } from './distributions/constant.ts';
export { exponential } from './distributions/exponential.ts';
export { lognormal } from './distributions/lognormal.ts';
export { empirical } from './distributions/empirical.ts';
export { scaled } from './distributions/scaled.ts';
export type { Arrivals } from './arrivals/arrival.ts';
export { poisson } from './arrivals/poisson.ts';
export { regular } from './arrivals/regular.ts';
export type { BurstsOptions } from './arrivals/bursts.ts';
export { bursts } from './arrivals/bursts.ts';
export type { OnOffOptions } from './arrivals/on-off.ts';
export { onOff } from './arrivals/on-off.ts';
export type { DailyOptions } from './arrivals/daily.ts';
export { daily } from './arrivals/daily.ts';
export { replay } from './arrivals/replay.ts';

// every schedule, those included that only the simulator can time
export { make } from './core/plan.ts';
export type { Schedule, SchedulePlan } from './schedules/schedule.ts';
export { stream } from './schedules/stream.ts';
export { blocking } from './schedules/blocking.ts';
export { gpipe } from './schedules/gpipe.ts';
export { oneFOneB } from './schedules/one-f-one-b.ts';
export { interleaved } from './schedules/interleaved.ts';
export { zbH1 } from './schedules/zb-h1.ts';
export { zbH2 } from './schedules/zb-h2.ts';
export { zbV } from './schedules/zb-v.ts';
export { chimera } from './schedules/chimera.ts';
export { dualpipe } from './schedules/dualpipe.ts';
export { pipedream } from './schedules/pipedream.ts';
export { pipedream2bw } from './schedules/pipedream-2bw.ts';
export { partime } from './schedules/partime.ts';
export { paci } from './schedules/paci.ts';
export { pffSingleLayer } from './schedules/pff-single-layer.ts';
export { pffAllLayers } from './schedules/pff-all-layers.ts';

// a scenario, and what comes of it
export type { Failures, LinkModel, Pauses, Scenario, StageCosts } from './simulation/scenario.ts';
export type { Kept, KeptFrom } from './simulation/costs/kept.ts';
export type { TopDown } from './simulation/edges.ts';
export type { Cluster, LinkLevel, Parallel } from './simulation/cluster/cluster.ts';
export type { MemoryModel, Overflow } from './simulation/cluster/memory.ts';
export { bytesText, MemoryError } from './simulation/cluster/memory.ts';
export type { CostGroup } from './simulation/cluster/resolved-costs.ts';
export { resolvedCosts } from './simulation/cluster/resolved-costs.ts';
export type { Candidate, SuggestOptions, Suggestion } from './simulation/cluster/suggest.ts';
export { suggest } from './simulation/cluster/suggest.ts';
export { fewerMicrobatches } from './simulation/cluster/fewer-microbatches.ts';
export { ringAllReduce } from './simulation/cluster/all-reduce.ts';
export type { Power, Simulated, SimulateOptions } from './simulation/simulate.ts';
export { SimulatedTrace } from './simulation/simulated-trace.ts';
export { energyPerMicrobatch, simulate } from './simulation/simulate.ts';
export type { DeviceOutcome, Outcome } from './simulation/outcome.ts';
export { ScheduleError } from './simulation/schedule-error.ts';
export type { EndedOp, MessageKind, Onlooker } from './simulation/onlooker.ts';
export { onlookers } from './simulation/onlookers.ts';
export type { Estimate } from './simulation/statistics/intervals.ts';
export { meanOf } from './simulation/statistics/intervals.ts';
export { median } from './run/median.ts';

// what limits it, known without a run
export type { Bottleneck, BottleneckOptions, Limit } from './graph/limits/bottleneck.ts';
export { bottleneckOf } from './graph/limits/bottleneck.ts';
export type { OpTimes, TimedGraph, Unsteady } from './graph/limits/timed-graph.ts';
export { bottleneckOfScenario, graphOfScenario } from './simulation/limits.ts';

// what layers and links cost here
export type { LayerProfile, Profile, StageBytes } from './simulation/costs/profile.ts';
export { bytesOfProfile, stagesOfProfile } from './simulation/costs/profile.ts';
export { readGraph } from './simulation/costs/pipedream-graph.ts';
export type { Calibration, Configuration } from './run/calibration.ts';
export { calibrate, learningOnly, scenarioOf } from './run/calibration.ts';
export { measuredCosts, measuredOps } from './run/costs.ts';
export type { LimitsOptions, PipelineLimits } from './run/limits.ts';
export { limitsOfPipeline } from './run/limits.ts';
