import './live.css';
import type {
  LiveBegin,
  LiveEnd,
  LiveFrame,
  LiveMessage,
  LivePoint,
  LiveSnapshot,
  PastCurves,
} from '../../report/live/frame.ts';
import { ControlsView } from './controls-view.ts';
import { byId, say } from './dom.ts';
import { milliseconds, percent, perSecond, whole } from './figures.ts';
import { PastView, play } from './past-view.ts';
import { PipelineView } from './pipeline-view.ts';
import { Plots } from './plots.ts';
import { showEnd } from './result-view.ts';

/** points that a curve has at most: twice as many are thinned out */
const pointsAtMost = 600;

interface Network {
  readonly begin: LiveBegin;
  points: LivePoint[];
  last: LiveFrame | null;
}

const networks = new Map<string, Network>();
const pipeline = new PipelineView();
const controls = new ControlsView();
const plots = new Plots();
const choice = byId<HTMLSelectElement>('network');
/** of a past run that is shown in place of the live one */
let past: readonly PastCurves[] | undefined;
let stopPlaying = (): void => {};
let paused = false;
let live = false;

const pasts = new PastView((title, curves) => {
  past = curves;
  say(byId('charts-title'), `Curves of ${title}`);
  choose(curves.map((one) => one.title));
  showPast();
});

function showPast(): void {
  stopPlaying();
  const curve = past?.find(({ title }) => title === choice.value) ?? past?.[0];
  byId('charts').hidden = curve === undefined;
  if (curve) stopPlaying = play(curve.points, (points) => plots.show(points));
}

/** Offers the networks that can be looked at. */
function choose(titles: readonly string[]): void {
  choice.replaceChildren(...titles.map((title) => new Option(title)));
  byId('network-choice').hidden = titles.length < 2;
  const place = past === undefined ? byId('run').querySelector('.head') : byId('charts-title').parentElement;
  if (past !== undefined) place?.insertBefore(byId('network-choice'), byId('plots'));
  else place?.append(byId('network-choice'));
}

choice.addEventListener('change', () => (past ? showPast() : showNetwork()));

function begin(told: LiveBegin): Network {
  const network: Network = { begin: told, points: [], last: null };
  networks.set(told.title, network);
  byId('run').hidden = false;
  byId('charts').hidden = false;
  if (past === undefined) {
    choose([...networks.keys()]);
    choice.value = told.title;
    say(byId('run-title'), told.title);
    controls.enable(told.steers, 'A run in virtual time is not steered.');
  }
  return network;
}

function frame(told: LiveFrame): void {
  const network = networks.get(told.title);
  if (network === undefined) return;
  network.last = told;
  network.points.push(told);
  if (network.points.length > 2 * pointsAtMost) network.points = network.points.filter((_, i) => i % 2 === 0);
  if (past === undefined && choice.value === told.title) showNetwork();
  state();
}

function showNetwork(): void {
  const network = networks.get(choice.value);
  if (network === undefined) return;
  say(byId('run-title'), network.begin.title);
  plots.show(network.points);
  const { last, begin: told } = network;
  if (last === null) return;
  pipeline.show(last);
  if (last.edges.length > 0) controls.edges(last);
  say(
    byId('samples'),
    told.total === null ? whole(last.samples) : `${whole(last.samples)} of ${whole(told.total)}`,
  );
  say(byId('throughput'), perSecond(last.samplesPerSecond));
  byId('throughput').dataset.value = String(last.samplesPerSecond);
  say(byId('p50'), milliseconds(last.latencyMs.p50));
  say(byId('p99'), milliseconds(last.latencyMs.p99));
  say(byId('accuracy'), percent(last.accuracy));
}

function end(told: LiveEnd): void {
  live = false;
  if (past === undefined) showEnd(told);
  controls.enable(false, 'The run has ended.');
  state();
  void pasts.list();
}

/** The state in words, at the head of the page. */
function state(): void {
  say(byId('state'), live ? (paused ? 'paused' : networks.size === 0 ? 'starting …' : 'running') : 'ended');
}

function snapshot(told: LiveSnapshot): void {
  networks.clear();
  past = undefined;
  live = told.command !== null && told.end === null;
  for (const network of told.networks) {
    const mine = begin(network.begin);
    mine.points = [...network.points];
    mine.last = network.last;
  }
  if (told.command !== null) {
    byId('run').hidden = false;
    byId('charts').hidden = false;
    say(byId('command'), `forwardflow ${told.command.join(' ')}`);
    document.title = `${told.command[0]} – forwardflow live`;
  }
  if (told.controls) stand(told.controls);
  showNetwork();
  if (told.end) end(told.end);
  else void pasts.list();
  state();
  if (told.command === null) say(byId('state'), 'past runs');
  if (told.asked !== null) void pasts.open(told.asked);
}

function stand(told: Parameters<ControlsView['stand']>[0]): void {
  paused = told.paused;
  controls.stand(told);
  state();
}

const source = new EventSource('events');
source.addEventListener('snapshot', ({ data }) => snapshot(JSON.parse(data)));
const heard: { [K in LiveMessage['type']]: (message: Extract<LiveMessage, { type: K }>) => void } = {
  begin: (message) => void begin(message.begin),
  frame: (message) => frame(message.frame),
  controls: (message) => stand(message.controls),
  end: (message) => end(message.end),
};
for (const type of Object.keys(heard) as LiveMessage['type'][])
  source.addEventListener(type, ({ data }) => heard[type](JSON.parse(data)));
source.addEventListener('error', () => {
  if (live || networks.size === 0) say(byId('state'), 'connection lost; trying again …');
});

// a run that is watched is one key away from standing still
addEventListener('keydown', (event) => {
  const typing = event.target instanceof HTMLElement && event.target.matches('input, select, button, a');
  if (event.key === ' ' && !typing && live) {
    event.preventDefault();
    byId('pause').click();
  }
});
