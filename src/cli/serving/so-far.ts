import type {
  LiveBegin,
  LiveControls,
  LiveEnd,
  LiveFrame,
  LiveMessage,
  LivePoint,
  LiveSnapshot,
  LiveSoFar,
} from '../../report.ts';

/** points of a curve that are kept: twice as many are thinned out to half */
export const pointsAtMost = 400;

/** Curves of bounded length: when it is full every second point goes, and from then on fewer are taken. */
export class Curve {
  readonly points: LivePoint[] = [];
  private every = 1;
  private seen = 0;

  add({ seconds, samples, samplesPerSecond, latencyMs, accuracy, layers }: LivePoint): void {
    if (this.seen++ % this.every !== 0) return;
    this.points.push({ seconds, samples, samplesPerSecond, latencyMs, accuracy, layers });
    if (this.points.length < 2 * pointsAtMost) return;
    this.points.splice(0, this.points.length, ...this.points.filter((_, i) => i % 2 === 0));
    this.every *= 2;
  }
}

/** What a watched command has told so far, for readers who come late. */
export class SoFar {
  private readonly command: readonly string[] | null;
  private readonly asked: string | null;
  private readonly networks: { begin: LiveBegin; curve: Curve; last: LiveFrame | null }[] = [];
  private controls: LiveControls | null = null;
  private end: LiveEnd | null = null;

  constructor(command: readonly string[] | null, asked: string | null) {
    this.command = command;
    this.asked = asked;
  }

  add(message: LiveMessage): void {
    if (message.type === 'begin')
      this.networks.push({ begin: message.begin, curve: new Curve(), last: null });
    else if (message.type === 'controls') this.controls = message.controls;
    else if (message.type === 'end') this.end = message.end;
    else {
      const network = this.networks.findLast(({ begin }) => begin.title === message.frame.title);
      if (network === undefined) return;
      network.curve.add(message.frame);
      network.last = message.frame;
    }
  }

  get ended(): LiveEnd | null {
    return this.end;
  }

  snapshot(): LiveSnapshot {
    const { command, asked, controls, end } = this;
    const networks = this.networks.map(
      ({ begin, curve, last }): LiveSoFar => ({ begin, points: curve.points, last }),
    );
    return { command, asked, networks, controls, end };
  }
}
