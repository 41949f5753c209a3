import { type Controls, controls, wallNanoseconds } from '../../../extend.ts';
import type { TraceEvent } from '../../../index.ts';
import { type LiveBegin, LiveFold, type LiveFrame, type LiveMessage } from '../../../report.ts';
import { type ControlMessage, controlMessage } from '../control-message.ts';

/** the variable by which `serve` has a command know that it is watched */
export const watchedBy = 'FORWARDFLOW_WATCHED';

/** milliseconds between two frames */
const between = 250;

/** What a frame takes from the figures that the command has anyway. */
export type LiveFigures = Pick<LiveFrame, 'latencyMs' | 'accuracy'>;

/** One network that is watched while it is trained. */
export interface LiveRun {
  /** what it is steered by; undefined where its runtime can't be */
  readonly controls: Controls | undefined;
  add(event: TraceEvent): void;
  /** newer figures */
  figures(figures: LiveFigures): void;
  /** the network is done, or has failed */
  close(): void;
}

/** What joins a command to the live page that started it. */
export interface LiveChannel {
  begin(begin: LiveBegin): LiveRun;
  /** Tells the command's document. @returns once it is on its way */
  ended(summary: unknown): Promise<void>;
}

let channel: LiveChannel | undefined;

/** The channel to whoever watches this process; undefined where nobody does. */
export function liveChannel(): LiveChannel | undefined {
  if (process.env[watchedBy] === undefined || process.send === undefined) return undefined;
  channel ??= open();
  return channel;
}

function open(): LiveChannel {
  const steered = new Set<Controls>();
  let standing: ControlMessage = {};
  // a page that has gone needs nothing more
  const send = (message: LiveMessage): Promise<void> =>
    new Promise((resolve) => {
      if (process.connected) process.send?.(message, undefined, undefined, () => resolve());
      else resolve();
    });
  const tellControls = (): void => {
    const [of] = steered;
    if (of) send({ type: 'controls', controls: { ...of.settings, touched: of.touched } });
  };
  process.on('message', (message) => {
    const asked = controlMessage.safeParse(message);
    if (!asked.success) return;
    standing = { ...standing, ...asked.data };
    for (const of of steered) obey(of, asked.data);
    tellControls();
  });
  // a watched command ends with its watcher, in good order
  process.on('disconnect', () => process.kill(process.pid, 'SIGTERM'));
  process.channel?.unref();
  return {
    begin(begin) {
      const of = begin.steers ? controls() : undefined;
      // networks of the command that begin later stand where the page's controls stand
      if (of) obey(of, standing);
      if (of) steered.add(of);
      send({ type: 'begin', begin });
      tellControls();
      const run = watched(begin.title, of, (frame) => send({ type: 'frame', frame }));
      return {
        ...run,
        close() {
          run.close();
          if (of) steered.delete(of);
        },
      };
    },
    ended: (summary) => send({ type: 'end', end: { summary, exitCode: null } }),
  };
}

function watched(title: string, of: Controls | undefined, send: (frame: LiveFrame) => void): LiveRun {
  const fold = new LiveFold();
  const began = wallNanoseconds();
  let figures: LiveFigures = { latencyMs: { p50: 0, p99: 0 }, accuracy: null };
  let edges: LiveFrame['edges'] = [];
  const look = (): void => {
    // behind the end of a run nothing lies on its edges
    edges = of?.depths.length ? of.depths : edges.map((edge) => ({ ...edge, lying: 0 }));
    send({
      ...{ title, seconds: (wallNanoseconds() - began) / 1e9, ...figures, edges },
      ...fold.look((wallNanoseconds() - began) / 1e9),
    });
  };
  const timer = setInterval(look, between).unref();
  return {
    controls: of,
    add: (event) => fold.add(event),
    figures(newer) {
      figures = newer;
    },
    close() {
      clearInterval(timer);
      look();
    },
  };
}

function obey(of: Controls, { paused, capacity, perSecond, noise }: ControlMessage): void {
  if (paused !== undefined) paused ? of.pause() : of.resume();
  if (capacity !== undefined) of.setCapacity(capacity ?? undefined);
  if (perSecond !== undefined) of.setRate(perSecond ?? undefined);
  if (noise !== undefined) of.setNoise(noise);
}
