import { make } from '../core/plan.ts';
import { tileGround } from './family.ts';
import { type ContractRule, holds, refuses, same } from './rule.ts';
import { inputs, readsByMakers, rows, TileBench, type TileSubject, units } from './tile-bench.ts';

/** What every tile promises, whatever its physics. */
export const tileRules: readonly ContractRule<TileSubject>[] = [
  {
    name: 'says what it is',
    says: 'is made by a plan that crosses to another thread, and says what it is',
    async check({ plan, place }) {
      const crossed = structuredClone(plan);
      same(crossed, plan, 'the plan on another thread');
      const { name, description } = await make(crossed, await tileGround(place));
      same(name, plan.name, 'its name');
      holds(description !== '', 'its description is empty');
    },
  },
  {
    name: 'its stream is its own',
    says: 'reads the same whichever tiles were made before it, by one maker or by several: threads change nothing',
    async check(subject) {
      const [together, turned, apart] = await readsByMakers(subject);
      same(turned, together, 'made in another order it reads otherwise');
      same(apart, together, 'made on threads of their own tiles read otherwise');
    },
  },
  {
    name: 'hands out copies',
    says: 'hands out copies of its weights, which are those it was programmed with, and refuses another number of them',
    async check(subject) {
      const tile = (await TileBench.over(subject)).tile();
      const before = tile.weights();
      tile.weights().fill(9);
      same(tile.weights(), before, 'weights after a copy was changed');
      tile.program(before);
      same(tile.weights(), before, 'weights after it was programmed with its own');
      refuses(() => tile.program(before.subarray(1)), 'program() with a weight too few');
      same(tile.weights(), before, 'weights after it refused others');
    },
  },
  {
    name: 'learns by updates only',
    says: 'learns by an update and by nothing else, and nothing from an update without a microbatch',
    async check(subject) {
      const bench = await TileBench.over(subject);
      const tile = bench.tile();
      const before = tile.weights();
      bench.read(tile);
      bench.back(tile);
      tile.update();
      bench.correlate(tile, 1, 2);
      same(tile.weights(), before, 'weights before any update with a microbatch');
      tile.update();
      holds(String(tile.weights()) !== String(before), 'an update moved no weight');
    },
  },
  {
    name: 'predictions teach nothing',
    says: 'learns the same whether something was predicted in between',
    async check(subject) {
      const bench = await TileBench.over(subject);
      const [quiet, asked] = [bench.tile(), bench.tile()];
      for (const seed of [1, 2, 3]) {
        bench.read(asked, 7, 'goodness');
        same(bench.learn(asked, seed), bench.learn(quiet, seed), 'what it reads after a prediction');
        bench.read(asked, 8, 'onePass');
      }
      same(asked.weights(), quiet.weights(), 'weights after predictions');
    },
  },
  {
    name: 'counts its products',
    says: 'counts the multiply-accumulates of its products',
    async check(subject) {
      const bench = await TileBench.over(subject);
      const tile = bench.tile();
      const products = [() => bench.read(tile), () => bench.back(tile), () => bench.correlate(tile, 1)];
      const seen = products.map((product) => {
        product();
        return tile.macs;
      });
      same(
        seen,
        [1, 2, 3].map((n) => n * rows * inputs * units),
        'macs after read, readBack and correlate',
      );
    },
  },
  {
    name: 'refuses other shapes',
    says: 'refuses operands of another shape before anything is written',
    async check(subject) {
      const bench = await TileBench.over(subject);
      const tile = bench.tile();
      const [x, z] = [bench.some(inputs, 1), bench.some(units, 2)];
      const before = z.data.slice();
      refuses(() => tile.read(z, z), 'read() of another width');
      refuses(() => tile.readBack(x, x), 'readBack() of another width');
      refuses(() => tile.correlate(x, x), 'correlate() of another width');
      same(z.data.slice(), before, 'the operand after a refusal');
    },
  },
  {
    name: 'goes on from its state',
    says: 'put into a fresh tile, its state gives the undisturbed bits, microbatches since the last update included',
    async check(subject) {
      for (const k of [0, 1, 2, 5]) await goesOn(subject, k);
      const bench = await TileBench.over(subject);
      const [undisturbed, resumed] = [bench.tile(), bench.tile()];
      for (const seed of [1, 2]) bench.correlate(undisturbed, seed);
      resumed.restore(undisturbed.state());
      for (const tile of [undisturbed, resumed]) {
        bench.correlate(tile, 3);
        tile.update();
      }
      same(resumed.weights(), undisturbed.weights(), 'weights after an update begun before the state');
    },
  },
  {
    name: 'refuses another state',
    says: 'refuses a state where an array is missing or of another length',
    async check(subject) {
      const bench = await TileBench.over(subject);
      const [state, tile] = [bench.tile().state(), bench.tile()];
      for (const name of Object.keys(state)) {
        const { [name]: array, ...rest } = state;
        refuses(() => tile.restore(rest), `a state without ${name}`);
        const longer = { ...rest, [name]: new Float64Array(array.length + 1) };
        refuses(() => tile.restore(longer), `a state whose ${name} is longer`);
      }
    },
  },
  {
    name: 'holds weights',
    says: 'that holds weights reads back by those of then, refuses them released, and has no state meanwhile',
    async check(subject) {
      const bench = await TileBench.over(subject);
      const tile = bench.tile();
      if (tile.hold === undefined) return;
      const [before, held] = [bench.back(tile), tile.hold()];
      const later = [1, 2].map((seed) => {
        bench.learn(tile, seed);
        return tile.hold?.();
      });
      holds(String(bench.back(tile)) !== String(before), 'two updates changed nothing that it reads back');
      same(bench.back(held), before, 'what held weights read back');
      refuses(() => tile.state(), 'its state while weights are held');
      held.release();
      for (const one of later) one?.release();
      tile.state();
      refuses(() => bench.back(held), 'reading by released weights');
      refuses(() => held.release(), 'releasing twice');
    },
  },
  {
    name: 'exact weights',
    says: 'that is exact shows the weights it reads by, and adds to its gradient what the caller knows',
    async check(subject) {
      const bench = await TileBench.over(subject);
      const [tile, plainly] = [bench.tile(), bench.tile()];
      if (tile.exact === undefined || plainly.exact === undefined) return;
      const [x, delta] = [bench.some(inputs, 1), bench.some(units, 2)];
      same([...tile.exact.weights], [...tile.weights()], 'exact weights');
      plainly.correlate(x, delta);
      plainly.update();
      tile.exact.correlate(x, delta, ({ length }) => same(length, inputs * units, 'size of the gradient'));
      tile.update();
      same(tile.weights(), plainly.weights(), 'weights after an exact correlate');
      tile.exact.correlate(x, delta, (gradient) => gradient.fill(0));
      same([...tile.exact.weights], [...tile.weights()], 'exact weights after a correlate');
    },
  },
];

async function goesOn(subject: TileSubject, k: number): Promise<void> {
  const bench = await TileBench.over(subject);
  const [undisturbed, stopped] = [bench.tile(), bench.tile()];
  for (let i = 0; i < k; i++) {
    bench.learn(undisturbed, i);
    bench.learn(stopped, i);
  }
  const resumed = bench.tile(3); // other weights and another stream, all of which the state must replace
  resumed.restore(structuredClone(stopped.state()));
  bench.learn(stopped, 99);
  for (let i = k; i < k + 4; i++)
    same(bench.learn(resumed, i), bench.learn(undisturbed, i), `what it reads after a state of update ${k}`);
  same(bench.read(resumed, 5, 'goodness'), bench.read(undisturbed, 5, 'goodness'), 'what it predicts then');
  same(resumed.weights(), undisturbed.weights(), 'weights then');
  same(resumed.state(), undisturbed.state(), 'state then');
}
