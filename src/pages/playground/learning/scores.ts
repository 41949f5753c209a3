import { element } from '../element.ts';

/**
 * Shows what each layer thinks of each label, and what they say together.
 *
 * @param layers  goodness  [layers][classes]
 * @param truth   the true label, where it is known
 */
export function showScores(layers: readonly (readonly number[])[], truth: number | undefined): void {
  const classes = layers[0].length;
  const sums = Array.from({ length: classes }, (_, label) =>
    layers.reduce((sum, one) => sum + one[label], 0),
  );
  const best = sums.indexOf(Math.max(...sums));
  const body = document.querySelector('#scores tbody');
  body?.replaceChildren(
    ...sums.map((sum, label) => {
      const row = document.createElement('tr');
      row.className = label === best ? 'best' : '';
      const head = document.createElement('th');
      head.scope = 'row';
      head.textContent = `${label}${label === best ? ' ←' : ''}`;
      row.append(head, ...layers.map((one) => cell(one[label])), cell(sum, barOf(sum, sums)));
      return row;
    }),
  );
  const says = element('says');
  const right = truth === undefined ? '' : truth === best ? `, which is right` : `; the digit is a ${truth}`;
  says.textContent = `It says ${best}${right}.`;
  says.dataset.label = String(best);
}

function barOf(sum: number, sums: readonly number[]): string {
  const [least, most] = [Math.min(...sums), Math.max(...sums)];
  return `${(100 * (sum - least)) / (most - least || 1)}%`;
}

function cell(value: number, bar?: string): HTMLElement {
  const made = document.createElement('td');
  made.textContent = value.toFixed(2);
  if (bar !== undefined) made.style.setProperty('--bar', bar);
  return made;
}
