/** Bars that are dragged to make a stage longer: a slider each, for pointer and keyboard. */

const least = 0.25;
const most = 4;
const step = 0.25;

/** `<stage>:<factor>,…` as a factor for each stage. */
export function factorsIn(slow: string, stages: number): number[] {
  const factors = new Array<number>(stages).fill(1);
  for (const part of slow.split(',').filter(Boolean)) {
    const [stage, factor] = part.split(':').map(Number);
    if (stage < stages) factors[stage] = factor;
  }
  return factors;
}

/** Factors as the setting `slow` holds them. */
export const slowOf = (factors: readonly number[]): string =>
  factors.flatMap((factor, stage) => (factor === 1 ? [] : [`${stage}:${factor}`])).join(',');

/**
 * Shows a bar for each stage.
 *
 * @param change  is told of every new factor
 */
export function showStageBars(
  host: HTMLElement,
  factors: readonly number[],
  change: (factors: number[]) => void,
): void {
  while (host.children.length > factors.length) host.lastElementChild?.remove();
  while (host.children.length < factors.length) host.append(barOf(host.children.length));
  for (const [stage, factor] of factors.entries()) {
    const bar = host.children[stage] as HTMLElement;
    show(bar, factor);
    const set = (value: number): void => {
      const kept = Math.min(most, Math.max(least, Math.round(value / step) * step));
      if (kept !== factors[stage]) change(factors.map((one, i) => (i === stage ? kept : one)));
    };
    bar.onkeydown = (event) => onKey(event, factor, set);
    bar.onpointerdown = (event) => {
      bar.setPointerCapture(event.pointerId);
      bar.focus();
      set(factorAt(bar, event));
    };
    bar.onpointermove = (event) => {
      if (bar.hasPointerCapture(event.pointerId)) set(factorAt(bar, event));
    };
  }
}

function barOf(stage: number): HTMLElement {
  const bar = document.createElement('div');
  bar.className = 'stage-bar';
  bar.tabIndex = 0;
  bar.setAttribute('role', 'slider');
  bar.setAttribute('aria-label', `stage ${stage}: how many times its usual cost`);
  bar.setAttribute('aria-valuemin', String(least));
  bar.setAttribute('aria-valuemax', String(most));
  const fill = document.createElement('span');
  fill.className = 'stage-fill';
  bar.append(fill);
  return bar;
}

function show(bar: HTMLElement, factor: number): void {
  bar.setAttribute('aria-valuenow', String(factor));
  bar.setAttribute('aria-valuetext', `${factor} times`);
  const fill = bar.firstElementChild as HTMLElement;
  fill.style.width = `${(100 * Math.min(most, factor)) / most}%`;
  fill.textContent = `${bar.getAttribute('aria-label')?.split(':')[0].replace('stage ', '')} · ${factor}×`;
}

function factorAt(bar: HTMLElement, { clientX }: PointerEvent): number {
  const { left, width } = bar.getBoundingClientRect();
  return ((clientX - left) / width) * most;
}

function onKey(event: KeyboardEvent, factor: number, set: (value: number) => void): void {
  const to: Readonly<Record<string, number>> = {
    ArrowRight: factor + step,
    ArrowUp: factor + step,
    ArrowLeft: factor - step,
    ArrowDown: factor - step,
    PageUp: factor + 1,
    PageDown: factor - 1,
    Home: least,
    End: most,
  };
  const value = to[event.key];
  if (value === undefined) return;
  event.preventDefault();
  set(value);
}
