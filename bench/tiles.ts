import { type ProductsPlan, simd } from '../src/extend.ts';
import { detectProducts, measureProducts } from '../src/report.ts';
import { ratio, type Spread, show, spread } from './figures.ts';

const product = { rows: 200, inputs: 784, units: 500, milliseconds: 200 };

/** Each product on one thread in turns, GFLOP/s; of simd both flavours where the engine has both. */
export async function tileSpeeds(rounds: number) {
  const plans = new Map<string, ProductsPlan>();
  for (const { name, plan } of await detectProducts())
    if (plan && name !== 'plain' && name !== 'simd') plans.set(name, plan);
  plans.set('simd, plain', simd({ flavour: 'plain' }));
  const relaxed = simd({ flavour: 'relaxed' });
  const has = await measureProducts(relaxed, { ...product, milliseconds: 1 }).then(
    () => true,
    () => false,
  );
  if (has) plans.set('simd, relaxed', relaxed);
  const lists = new Map<string, number[]>([...plans.keys()].map((name) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const [name, plan] of plans) lists.get(name)?.push(await measureProducts(plan, product));
  }
  const speeds: Record<string, Spread> = {};
  for (const [name, list] of lists) speeds[name] = spread(list);
  const [slow, fast] = [lists.get('simd, plain'), lists.get('simd, relaxed')];
  return { speeds, relaxedGain: slow && fast ? ratio(fast, slow) : null };
}

export function tilesText({ speeds, relaxedGain }: Awaited<ReturnType<typeof tileSpeeds>>): string {
  const lines = Object.entries(speeds).map(
    ([name, speed]) => `  ${name.padEnd(14)} ${show(speed, 1)} GFLOP/s`,
  );
  if (relaxedGain) lines.push(`  relaxed SIMD is ${show(relaxedGain, 2)} × plain SIMD`);
  return ['\nread, 200 × 784 × 500, one thread', ...lines, ''].join('\n');
}
