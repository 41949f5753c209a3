import { timeOf } from '../../report/charts/timeline/axis.ts';
import { drawTimeline } from '../../report/charts/timeline/drawing.ts';
import type { Timeline } from '../../report/charts/timeline/timeline.ts';

type Step = 'in' | 'out' | 'left' | 'right' | 'all';

const keys: Readonly<Record<string, Step>> = {
  ...{ '+': 'in', '=': 'in', '-': 'out', '−': 'out', '0': 'all', Home: 'all' },
  ...{ ArrowLeft: 'left', ArrowRight: 'right' },
};

/** Lets a timeline be looked at more closely, by buttons, keys, the wheel with Ctrl held, and by dragging. */
export function zoomable(figure: HTMLElement, drawing: HTMLElement, timeline: Timeline, id: string): void {
  const whole = { from: 0, to: Math.max(1, timeline.until ?? timeline.end) };
  let view = whole;
  let waiting = false;
  const says = figure.querySelector('output');
  const draw = (): void => {
    waiting = false;
    const svg = drawTimeline(timeline, view, { id: `${id}-live` });
    const { documentElement } = new DOMParser().parseFromString(svg, 'image/svg+xml');
    drawing.replaceChildren(document.importNode(documentElement, true));
    if (says) says.textContent = `${timeOf(view.from)} to ${timeOf(view.to)}`;
  };
  const show = (from: number, to: number): void => {
    const span = Math.min(whole.to, Math.max(10, to - from));
    const first = Math.min(Math.max(0, from), whole.to - span);
    view = { from: first, to: first + span };
    if (!waiting) requestAnimationFrame(draw);
    waiting = true;
  };
  /** @param at  the point that stays where it is, 0 left to 1 right */
  const zoom = (factor: number, at = 0.5): void => {
    const span = view.to - view.from;
    const fixed = view.from + at * span;
    show(fixed - at * span * factor, fixed + (1 - at) * span * factor);
  };
  const step = (name: Step): void => {
    const span = view.to - view.from;
    if (name === 'all') show(whole.from, whole.to);
    else if (name === 'in' || name === 'out') zoom(name === 'in' ? 0.5 : 2);
    else {
      const by = (name === 'left' ? -0.25 : 0.25) * span;
      show(view.from + by, view.to + by);
    }
  };
  for (const button of figure.querySelectorAll<HTMLElement>('[data-zoom]'))
    button.addEventListener('click', () => step(button.dataset.zoom as Step));
  drawing.addEventListener('keydown', (event) => {
    const name = keys[event.key];
    if (name === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    step(name);
  });
  const place = ({ clientX }: MouseEvent): number => {
    const { left, width } = drawing.getBoundingClientRect();
    return Math.min(1, Math.max(0, (clientX - left) / width));
  };
  drawing.addEventListener(
    'wheel',
    (event) => {
      // the page scrolls by the wheel alone
      if (!event.ctrlKey && !event.shiftKey) return;
      event.preventDefault();
      const turned = event.deltaY || event.deltaX;
      zoom(turned < 0 ? 0.8 : 1.25, place(event));
    },
    { passive: false },
  );
  let dragged: { readonly at: number; readonly from: number; readonly to: number } | undefined;
  drawing.addEventListener('pointerdown', (event) => {
    if (event.pointerType === 'mouse') dragged = { at: place(event), ...view };
  });
  addEventListener('pointerup', () => {
    dragged = undefined;
  });
  drawing.addEventListener('pointermove', (event) => {
    if (dragged === undefined) return;
    const by = (dragged.at - place(event)) * (dragged.to - dragged.from);
    show(dragged.from + by, dragged.to + by);
  });
}
