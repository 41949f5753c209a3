import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { random } from '../src/extend.ts';

// `npm run resumes -- [stops]`: trainings that are killed or interrupted at random moments, each resumed in another process,
// until it comes to its end. The weights must be those of the training that nobody disturbed.

const root = fileURLToPath(new URL('../', import.meta.url));
const data = join(root, 'fixtures/mnist');
const backprop = ['--rule', 'backprop', '--layers', '24,20,16'];

/** Rules, schedules, negatives, dropout, augmentation. */
const trainings: readonly (readonly string[])[] = [
  ['--layers', '30,20', '--readout', '--peer', '0.03'],
  ['--layers', '30,20', '--negatives', 'uniform', '--loss', 'logistic', '--optimiser', 'sgd'],
  ['--layers', '30,20', '--shift', '2', '--input-dropout', '0.2', '--dropout', '0.1'],
  ['--layers', '30,20', '--negatives', 'lagged-goodness', '--lag', '3'],
  ['--layers', '30,20', '--negatives', 'lagged-readout', '--readout', '--held-out', '200'],
  ['--rule', 'mono-forward', '--layers', '30,20', '--dropout', '0.2', '--label-smoothing', '0.1'],
  [...backprop, '--schedule', 'blocking'],
  [...backprop, '--schedule', 'gpipe', '--flush', '4'],
  [...backprop, '--schedule', '1f1b', '--flush', '6', '--weight-decay', '0.1'],
  [...backprop, '--schedule', 'zb-h1', '--flush', '4'],
  [...backprop, '--schedule', 'interleaved-1f1b', '--flush', '4', '--workers', '2'],
  [...backprop, '--schedule', 'zb-v', '--flush', '4', '--workers', '2'],
];

interface Ended {
  readonly hash: string | undefined;
  readonly resumedFrom: number | undefined;
}

interface Stop {
  readonly signal: NodeJS.Signals;
  /** milliseconds behind its run folder's appearance, or behind its first checkpoint */
  readonly after: number;
  readonly behindCheckpoint: boolean;
  readonly runs: string;
}

/** Runs `train` until it ends, or is sent a signal. */
function train(args: readonly string[], stop?: Stop): Promise<Ended> {
  const command = ['--import', 'tsx', 'src/cli/main.ts', 'train', ...args, '--json'];
  const child = spawn(process.execPath, command, { cwd: root, stdio: ['ignore', 'pipe', 'ignore'] });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (more: string) => {
    text += more;
  });
  const look =
    stop &&
    setInterval(() => {
      if (!existsSync(stop.runs)) return;
      const [run] = readdirSync(stop.runs);
      if (run === undefined) return;
      if (stop.behindCheckpoint && !existsSync(join(stop.runs, run, 'checkpoint.safetensors'))) return;
      clearInterval(look);
      setTimeout(() => child.kill(stop.signal), stop.after);
    }, 20);
  return new Promise((resolve) => {
    child.on('close', () => {
      clearInterval(look);
      const [, hash] = text.match(/"weightsHash":"(\w+)"/) ?? [];
      const [, from] = text.match(/"resumedFrom":(\d+)/) ?? [];
      resolve({ hash, resumedFrom: from === undefined ? undefined : Number(from) });
    });
  });
}

const stops = Number(process.argv[2] ?? 60);
const draw = random(12).fork('stops');
let same = 0;
const wholes = new Map<number, string | undefined>();
const folder = mkdtempSync(join(tmpdir(), 'forwardflow-resumes-'));
try {
  for (let i = 0; i < stops; i++) {
    const which = i % trainings.length;
    const common = ['--data', data, '--epochs', '10', '--microbatch', '20', '--tile', 'plain', '--seed', '3'];
    const args = [...common, ...trainings[which]];
    if (!wholes.has(which))
      wholes.set(which, (await train([...args, '--runs', join(folder, `whole-${which}`)])).hash);
    const runs = join(folder, `stop-${i}`);
    const signal = draw.uniform() < 0.7 ? 'SIGKILL' : 'SIGINT';
    const behindCheckpoint = draw.uniform() < 0.85;
    const after = draw.whole(800);
    const every = 1 + draw.whole(20);
    const first = await train([...args, '--runs', runs, '--checkpoint-every', String(every)], {
      signal,
      after,
      behindCheckpoint,
      runs,
    });
    const [run] = readdirSync(runs);
    const resumed = await train(['--resume', join(runs, run)]);
    const equal = resumed.hash !== undefined && resumed.hash === wholes.get(which);
    if (equal) same++;
    const came = first.hash === undefined ? signal : `${signal}, after its end or in good order`;
    console.log(
      `${equal ? 'same bits' : 'OTHER BITS'}  ${came} ${after} ms in, from microbatch ${resumed.resumedFrom}: ${trainings[which].join(' ')}`,
    );
    rmSync(runs, { recursive: true });
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
console.log(`${same} of ${stops} stops ended with the undisturbed weights`);
if (same !== stops) process.exitCode = 1;
