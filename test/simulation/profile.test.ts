import { describe, expect, it } from 'vitest';
import { make } from '../../src/core/plan.ts';
import { gpipe } from '../../src/schedules/gpipe.ts';
import type { Schedule } from '../../src/schedules/schedule.ts';
import { readGraph } from '../../src/simulation/costs/pipedream-graph.ts';
import {
  bytesOfProfile,
  groupsOfProfile,
  type LayerProfile,
  stagesOfProfile,
} from '../../src/simulation/costs/profile.ts';
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
  it('is layers in the order of the edges, milliseconds as nanoseconds, B and W half a backward each', () => {
    expect(readGraph(graph).layers).toEqual([
      { name: 'Input0', F: 0, B: 0, W: 0, U: 0, activationBytes: 38_535_168, parameterBytes: 0 },
      {
        name: 'Conv2d(3, 64, kernel_size=(3, 3))',
        F: 12.5e6,
        B: 23_100_500,
        W: 23_100_500,
        U: 0,
        activationBytes: 3.2e6,
        parameterBytes: 7168,
      },
      { name: 'ReLU(inplace)', F: 1.25e6, B: 2500, W: 2500, U: 0, activationBytes: 3072, parameterBytes: 0 },
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
      'forward_compute_time of node4 in line 1 of a graph must be a number, 0 or more; got undefined',
      node(all.replace('forward', 'sideward')),
    ],
    [
      "backward_compute_time of node4 in line 1 of a graph must be a number, 0 or more; got 'soon'",
      node(all.replace('=2', '=soon')),
    ],
    [
      "forward_compute_time of node4 in line 1 of a graph must be a number, 0 or more; got '-1'",
      node(all.replace('=1', '=-1')),
    ],
    [
      "activation_size of node4 in line 1 of a graph must be a number, 0 or more; got 'NaN'",
      node(all.replace('=3', '=NaN')),
    ],
    [
      'activation_size of node4 in line 1 of a graph must be a number, 0 or more; got undefined',
      node(all.replace('=3', '=')),
    ],
  ])('is refused: %s', (sentence, text) => {
    expect(() => readGraph(text)).toThrow(new RangeError(sentence));
  });
});

describe('a graph as real profiles have it', () => {
  const line = (id: string, time: number, more = '', size = '1.0') =>
    `${id} -- Linear -- forward_compute_time=${time}, backward_compute_time=${2 * time}, activation_size=${size}, parameter_size=4.000${more}`;
  const chain = '\tnode1 -- node2\n\tnode2 -- node3\n';
  const names = (text: string) => readGraph(text, 'graph.txt').layers.map(({ F }) => F / 1e6);

  it('may have its lines in any order: the edges tell', () => {
    const lines = [line('node1', 1), line('node2', 9), line('node3', 2)];
    for (const order of [
      [0, 1, 2],
      [2, 0, 1],
      [1, 2, 0],
    ])
      expect(names(`${order.map((i) => lines[i]).join('\n')}\n${chain}`)).toEqual([1, 9, 2]);
    expect(names(`${chain}${lines.reverse().join('\n')}`)).toEqual([1, 9, 2]);
  });

  it('may name the stage of a layer, which cuts it where as many stages are asked for', () => {
    const text = `${line('node1', 1, ' -- stage_id=0')}\n${line('node2', 1, ' -- stage_id=0')}\n${line('node3', 9, ' -- stage_id=1')}\n${chain}`;
    const profile = readGraph(text);
    expect(profile.layers.map(({ stage, F }) => [stage, F])).toEqual([
      [0, 1e6],
      [0, 1e6],
      [1, 9e6],
    ]);
    expect(groupsOfProfile(profile, 2).map(({ length }) => length)).toEqual([2, 1]);
    expect(groupsOfProfile(profile, 3).map(({ length }) => length)).toEqual([1, 1, 1]);
  });

  it('may have several activation sizes, which are summed, and it says so', () => {
    const { layers, notes } = readGraph(line('node1', 1, '', '[1000.0; 20.0; 20.0]'));
    expect(layers[0].activationBytes).toBe(1040);
    expect(notes).toEqual(['node1 has 3 activation sizes, which are summed']);
  });

  it('says what stages send, keep and weigh', () => {
    const text = `${line('node1', 1, '', '10')}\n${line('node2', 1, '', '20')}\n${line('node3', 2, '', '30')}\n${chain}`;
    expect(bytesOfProfile(readGraph(text), 2)).toEqual({ sent: [20, 30], held: [30, 30], weights: [8, 4] });
    expect(bytesOfProfile({ layers: [layer('a', 1)] }, 1)).toEqual({
      sent: undefined,
      held: undefined,
      weights: undefined,
    });
  });

  const three = [1, 2, 3].map((n) => line(`node${n}`, 1)).join('\n');
  it.each([
    [
      /^layers of g must be one chain, for stages.*; got node1 of line 1 that leads to node2 and node3$/,
      `${three}\n\tnode1 -- node2\n\tnode1 -- node3`,
    ],
    [
      /^layers of g must be one chain, for stages.*; got node3 of line 3 that comes from node1 and node2$/,
      `${three}\n\tnode1 -- node3\n\tnode2 -- node3`,
    ],
    [
      /^layers of g must be one chain; got two that nothing leads to: node1 of line 1 and node3 of line 3$/,
      `${three}\n\tnode1 -- node2`,
    ],
    [
      /^edges of g must lead from a first layer to a last; got a cycle$/,
      `${line('node1', 1)}\n\tnode1 -- node1`,
    ],
    [/^edges of g must .*; got a cycle beside them$/, `${three}\n\tnode2 -- node3\n\tnode3 -- node2`],
    [
      /^edge in line 2 of g must be between layers of the file; got 'node9'$/,
      `${line('node1', 1)}\n\tnode1 -- node9`,
    ],
    [/^layer of line 2 of g must be named once; got 'node1'$/, `${line('node1', 1)}\n${line('node1', 1)}`],
    [
      /^stage_id of node1 in line 1 of g must be a whole number; got 0.5$/,
      line('node1', 1, ' -- stage_id=0.5'),
    ],
    [
      /^activation_size of node1 in line 1 of g must be a number, 0 or more; got ' x'$/,
      line('node1', 1, '', '[1; x]'),
    ],
  ])('is refused with file and line: %s', (sentence, text) => {
    expect(() => readGraph(text, 'g')).toThrow(sentence);
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
