import type { Onlooker } from '../onlooker.ts';
import type { ResolvedScenario } from '../scenario.ts';
import { B, F, opKinds, U, W } from './durations.ts';
import { MemoryBook } from './memory-book.ts';
import type { Stages } from './stages.ts';
import type { Tally } from './tally.ts';
import type { Traffic } from './traffic.ts';
import { Versions } from './versions.ts';

/** What an op takes when it begins, and what it leaves when it ends. */
export class Books {
  /** whether the gradient of the B at hand waits for its W [stages] */
  readonly late: Uint8Array;
  /** where bytes are counted */
  readonly memory: MemoryBook | undefined;
  private readonly scenario: ResolvedScenario;
  private readonly stages: Stages;
  private readonly tally: Tally;
  private readonly traffic: Traffic;
  private readonly onlooker: Onlooker;
  private readonly versions: Versions | undefined;
  private readonly local: boolean;
  private readonly activityAfterW: boolean;
  private readonly gradientAfterW: boolean;
  private readonly topDown: boolean;
  /** ticks of each U in which its device waits for the other replicas' gradients  [stages] */
  private readonly reduces: Float64Array | undefined;

  constructor(
    scenario: ResolvedScenario,
    stages: Stages,
    tally: Tally,
    traffic: Traffic,
    onlooker: Onlooker,
  ) {
    const { schedule, topDown, memory, allReduces, ticks } = scenario;
    this.scenario = scenario;
    this.stages = stages;
    this.tally = tally;
    this.traffic = traffic;
    this.onlooker = onlooker;
    this.late = new Uint8Array(stages.count);
    this.local = schedule.serves.includes('locally');
    // what learns where it stands updates the weights that it has read
    const steady = this.local || schedule.updates === 'flush';
    this.versions = steady ? undefined : new Versions(scenario, stages, tally);
    this.activityAfterW = schedule.sendsActivityAfter === 'W';
    this.gradientAfterW = schedule.sendsGradientAfter === 'W';
    this.topDown = (topDown?.length ?? 0) > 0;
    this.memory = memory && new MemoryBook(scenario, stages);
    if (allReduces.some((time) => time > 0))
      this.reduces = stages.share.map((share, stage) =>
        Math.round(share * allReduces[stages.device[stage]] * ticks),
      );
  }

  /** An op begins: it takes its input, and what it leaves is held. */
  begin(stage: number, op: number, now: number): void {
    const { done } = this.traffic;
    // where the forward is made again, what it leaves is held from then on; before, its input alone
    if (op === (this.scenario.schedule.recomputes ? B : F))
      this.tally.hold(this.stages.device[stage], this.scenario.streams * this.stages.share[stage]);
    if (op === F) this.versions?.forward(stage, done[4 * stage + U], done[4 * stage]);
    if (op === F || op === B) this.traffic.take(stage, op, now);
    if (this.memory) {
      if (op === F) this.countVersions(stage, now);
      this.memory.begins(stage, op, done[4 * stage + op], now);
    }
    this.onlooker.begins?.(opKinds[op], stage, done[4 * stage + op]);
  }

  /** An op has ended: what it made is sent, and who looks on is told. */
  complete(stage: number, op: number, start: number, end: number): void {
    const { stages, traffic, versions } = this;
    const { done } = traffic;
    const device = stages.device[stage];
    const microbatch = done[4 * stage + op]++;
    this.tally.ended(device, start, end);
    this.memory?.ended(stage, op);
    const written = done[4 * stage + U];
    const read = op === U ? written - 1 : (versions?.reading(stage, op, written) ?? written);
    if (op === F) {
      if (!this.activityAfterW) traffic.release(stage, end);
      if (this.topDown) traffic.sendDown(stage, end);
    } else if (op === B) {
      if (!this.gradientAfterW && this.late[stage] === 0) traffic.sendGradient(stage, end);
    } else if (op === W) {
      this.tally.hold(device, -this.scenario.streams * stages.share[stage]);
      versions?.gradient(stage, written);
      if (this.late[stage] === 1 || (this.gradientAfterW && !this.local)) traffic.sendGradient(stage, end);
      this.late[stage] = 0;
      if (this.activityAfterW || this.local) traffic.release(stage, end);
    } else {
      versions?.update(stage, written);
      if (this.reduces) this.tally.interrupted(device, this.reduces[stage]);
      if (this.memory) this.countVersions(stage, end);
      if (stages.previous[stage] === -1) traffic.updated(stages.path[stage]);
    }
    this.onlooker.ended?.({ op: opKinds[op], stage, device, microbatch, start, end, read, written });
    const out = this.local ? stages.next : stages.previous;
    if (op === W && out[stage] === -1) traffic.entries.leave(stages.path[stage], end);
  }
  private countVersions(stage: number, now: number): void {
    const { done } = this.traffic;
    if (!this.versions) return;
    this.memory?.versions(stage, this.versions.kept(stage, done[4 * stage + U]), done[4 * stage], now);
  }
}
