import { describe, expect, it } from 'vitest';
import { make } from '../../src/core/plan.ts';
import { gpipe } from '../../src/schedules/gpipe.ts';
import type { Schedule } from '../../src/schedules/schedule.ts';
import {
  groupsOfProfile,
  type LayerProfile,
  readGraph,
  stagesOfProfile,
} from '../../src/simulation/profile.ts';
import { simulate } from '../../src/simulation/simulate.ts';

const layer = (name: string, F: number, B = F, W = F, U = 0): LayerProfile => ({ name, F, B, W, U });

const graph = [
  'node1 -- Input0 -- forward_compute_time=0.000, backward_compute_time=0.000, activation_size=38535168.0, parameter_size=0.000',
  'node2 -- Conv2d(3, 64, kernel_size=(3, 3)) -- forward_compute_time=12.500, backward_compute_time=46.201, activation_size=3.2e6, parameter_size=7168.000',
  'node3 -- ReLU(inplace) -- forward_compute_time=1.250, backward_compute_time=0.005, activation_size=[1024.0, 2048.0], parameter_size=0.000',
  '\tnode1 -- node2',
  '\tnode2 -- node3',
  '',
].join('\n');

describe('a graph as PipeDream writes it', () => {
  it('is layers in the order of the file, milliseconds as nanoseconds, B and W half a backward each', () => {
    expect(readGraph(graph).layers).toEqual([
      { name: 'Input0', F: 0, B: 0, W: 0, U: 0, activationBytes: 38_535_168 },
      {
        name: 'Conv2d(3, 64, kernel_size=(3, 3))',
        F: 12.5e6,
        B: 23_100_500,
        W: 23_100_500,
        U: 0,
        activationBytes: 3.2e6,
      },
      { name: 'ReLU(inplace)', F: 1.25e6, B: 2500, W: 2500, U: 0, activationBytes: 1024 },
    ]);
  });

  it('may have Windows’ ends of lines', () => {
    expect(readGraph(graph.replaceAll('\n', '\r\n'))).toEqual(readGraph(graph));
  });

  const node = (fields: string) => `node4 -- Linear -- ${fields}`;
  const all = 'forward_compute_time=1, backward_compute_time=2, activation_size=3, parameter_size=4';
  it.each([
    ['layers of a graph must be one or more; got 0', ''],
    ['layers of a graph must be one or more; got 0', '\tnode1 -- node2\n'],
    ["line 1 of a graph must be a layer or an edge; got 'hello'", 'hello'],
    ["line 2 of a graph must be a layer or an edge; got 'node1 -- node2'", `${node(all)}\nnode1 -- node2`],
    [
      'forward_compute_time of node4 in line 1 must be a number, 0 or more; got undefined',
      node(all.replace('forward', 'sideward')),
    ],
    [
      "backward_compute_time of node4 in line 1 must be a number, 0 or more; got 'soon'",
      node(all.replace('=2', '=soon')),
    ],
    [
      "forward_compute_time of node4 in line 1 must be a number, 0 or more; got '-1'",
      node(all.replace('=1', '=-1')),
    ],
    [
      "activation_size of node4 in line 1 must be a number, 0 or more; got 'NaN'",
      node(all.replace('=3', '=NaN')),
    ],
    [
      'activation_size of node4 in line 1 must be a number, 0 or more; got undefined',
      node(all.replace('=3', '=')),
    ],
  ])('is refused: %s', (sentence, text) => {
    expect(() => readGraph(text)).toThrow(new RangeError(sentence));
  });
});

describe('the stages of a profile', () => {
  const profile = { layers: [8, 1, 1, 1, 5].map((time, i) => layer(`${i}`, time)) };
  const names = (groups: readonly (readonly LayerProfile[])[]) =>
    groups.map((own) => own.map(({ name }) => name).join(''));

  it('are consecutive layers, cut so that the dearest stage is as cheap as can be', () => {
    expect(names(groupsOfProfile(profile, 1))).toEqual(['01234']);
    expect(names(groupsOfProfile(profile, 2))).toEqual(['0', '1234']);
    expect(names(groupsOfProfile(profile, 5))).toEqual(['0', '1', '2', '3', '4']);
    const three = groupsOfProfile(profile, 3).map((own) => own.reduce((sum, { F }) => sum + F, 0));
    expect(Math.max(...three)).toBe(8);
  });

  it('are cut by other shares where those are given', () => {
    expect(names(groupsOfProfile(profile, 2, [1, 1, 1, 1, 100]))).toEqual(['0123', '4']);
  });

  it('cost what their layers cost together, and can be simulated', async () => {
    const costs = stagesOfProfile(
      { layers: [layer('a', 10, 20, 30, 1), layer('b', 1, 2, 3), layer('c', 40, 40, 40)] },
      2,
    );
    expect(costs.map(({ F, B, W, U }) => [F.mean, B?.mean, W?.mean, U?.mean])).toEqual([
      [11, 22, 33, 1],
      [40, 40, 40, 0],
    ]);
    const { makespan } = simulate({
      schedule: await make<Schedule>(gpipe()),
      devices: 2,
      microbatches: 1,
      costs,
    });
    expect(Math.round(1e9 * makespan)).toBe(11 + 120 + 22 + 33 + 1);
  });

  it('are refused where there are more than layers, or a cost is no time', () => {
    expect(() => groupsOfProfile(profile, 6)).toThrow(
      'stages must be at most 5, the layers of the profile; got 6',
    );
    const wrong = { layers: [layer('a', 1), layer('b', 1, Number.NaN)] };
    expect(() => stagesOfProfile(wrong, 1)).toThrow('B of layer b must be a time, 0 or more; got NaN');
    expect(() => stagesOfProfile({ layers: [layer('a', -1)] }, 1)).toThrow(
      'F of layer a must be a time, 0 or more; got -1',
    );
  });
});
