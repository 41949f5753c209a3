/** How a figure of a run is called in Prometheus. */
export interface PrometheusName {
  /** snake case with its unit, `_total` where it only grows */
  readonly name: string;
  readonly help: string;
  readonly kind: 'counter' | 'gauge';
  /** what is told apart within the name, beside rule, seed, layer and stage */
  readonly labels?: Readonly<Record<string, string>>;
  /** by which the figure is multiplied; left out, 1 */
  readonly factor?: number;
}

const gauge = (
  name: string,
  help: string,
  labels?: PrometheusName['labels'],
  factor?: number,
): PrometheusName => ({
  ...{ name: `forwardflow_${name}`, help, kind: 'gauge' },
  ...(labels && { labels }),
  ...(factor !== undefined && { factor }),
});
const counter = (name: string, help: string): PrometheusName => ({
  ...{ name: `forwardflow_${name}`, help, kind: 'counter' },
});
const accuracy = (what: string) =>
  gauge('accuracy_ratio', 'Share of samples whose class was predicted.', { of: what });
const latency = (quantile: string) =>
  gauge(
    'latency_seconds',
    'Time of a microbatch, or of a sample on an open line, to its last stage.',
    { quantile },
    1e-3,
  );
const state = (name: string) =>
  gauge('stage_time_ratio', 'Share of the time that a stage spends so.', { state: name });
const op = (name: string) => gauge('op_seconds', 'Mean time of an op.', { op: name });
const goodness = (what: string) => gauge('goodness', 'Mean goodness of the rows of a layer.', { of: what });

/** By the metric of the figure. @see https://prometheus.io/docs/practices/naming */
export const prometheusNames: Readonly<Record<string, PrometheusName>> = {
  samples: counter('samples_total', 'Samples learned from.'),
  epoch: gauge('epoch', 'Pass over the samples, from 1.'),
  'throughput/samples_per_second': gauge('samples_per_second', 'Samples learned from in a second.'),
  loss: gauge('loss', 'Loss of a layer, a moving mean.'),
  accuracy: gauge('layer_accuracy_ratio', 'Share of samples that a layer gets right, a moving mean.'),
  'accuracy/running': accuracy('running'),
  'accuracy/held_out': accuracy('held_out'),
  'goodness/positive': goodness('positive'),
  'goodness/negative': goodness('negative'),
  'latency/p50_ms': latency('0.5'),
  'latency/p99_ms': latency('0.99'),
  'latency/max_ms': latency('1'),
  'utilisation/bubble': gauge('bubble_ratio', 'Share of the time of all stages that is starved or blocked.'),
  'utilisation/busy': state('busy'),
  'utilisation/starved': state('starved'),
  'utilisation/blocked': state('blocked'),
  'utilisation/communicating': state('communicating'),
  'op_seconds/F': op('F'),
  'op_seconds/B': op('B'),
  'op_seconds/W': op('W'),
  'op_seconds/U': op('U'),
  'memory/peak_activation_bytes': gauge(
    'peak_activation_bytes',
    'Most bytes of activations that a stage has held.',
  ),
  'memory/weight_versions': gauge('weight_versions', 'Most versions of weights kept at a time.'),
  'cost/macs_per_sample': gauge('macs_per_sample', 'Multiply-accumulates of matrix products a sample.'),
  'selection/kept': gauge('selected_ratio', 'Share of samples that weights were learned from.'),
  'line/offered': counter('offered_samples_total', 'Samples that have come to an open line.'),
  'line/dropped': counter('dropped_samples_total', 'Samples that an open line has dropped.'),
  'line/in_flight': gauge('in_flight_samples', 'Samples that wait in front of the pipeline or are inside.'),
  'line/waiting': gauge('waiting_samples', 'Samples that wait in front of the pipeline.'),
};
