import { PNG } from 'pngjs';
import { describe, expect, it } from 'vitest';
import { barChart, imagePng, imageSheet, lineChart } from '../../../src/report.ts';

const lines = () =>
  lineChart({
    title: 'error < 2 % & falling',
    x: { label: 'epoch' },
    y: { label: 'error, %', from: 0 },
    series: [
      { name: 'FF', points: [1, 2, 3].map((x) => ({ x, y: 4 / x, low: 3 / x, high: 5 / x })) },
      { name: 'backprop', points: [1, 2, 3].map((x) => ({ x, y: x === 2 ? Number.NaN : 3 / x })) },
    ],
    levels: [{ y: 1.4, name: 'paper' }],
  });

describe('a line chart', () => {
  it('is one SVG element with its title, legend, lines, bands and levels', async () => {
    const svg = await lines();
    expect(svg).toMatch(/^<svg xmlns="http:\/\/www.w3.org\/2000\/svg"/);
    expect(svg).toContain('<title>error &lt; 2 % &amp; falling</title>');
    for (const text of ['FF', 'backprop', 'paper', 'epoch', 'error, %']) expect(svg).toContain(text);
    expect(svg.match(/aria-label="line"/g)?.length).toBe(2);
    expect(svg.match(/aria-label="area"/g)?.length).toBe(1);
    // who can't see it is told the title, and not the parts of the picture within
    expect(svg.match(/<svg /g)?.length).toBe(2);
    expect(svg).toMatch(/<svg x="0" y="\d+" aria-hidden="true" /);
  });

  it('is the same text for the same figures', async () => {
    expect(await lines()).toBe(await lines());
  });

  it('leaves out a point without a value', async () => {
    const dots = (svg: string): number => {
      const groups = svg.split('aria-label="dot"').slice(1);
      return groups.reduce(
        (sum, group) => sum + (group.split('</g>')[0].match(/<path|<circle/g)?.length ?? 0),
        0,
      );
    };
    expect(dots(await lines())).toBe(5);
  });

  it('counts a logarithmic axis in plain numbers', async () => {
    const points = [0.01, 0.1, 1000].map((x) => ({ x, y: x }));
    const axis = { label: '', log: true };
    const svg = await lineChart({ title: 'log', x: axis, y: axis, series: [{ name: 'a', points }] });
    for (const text of ['>0.01<', '>0.1<', '>1,000<']) expect(svg).toContain(text);
    expect(svg).not.toContain('>100m<');
  });

  it('counts a few whole things in whole numbers', async () => {
    const ticks = async (xs: readonly number[]) => {
      const series = [{ name: 'a', points: xs.map((x) => ({ x, y: 0.5 })) }];
      const svg = await lineChart({ title: 'ticks', x: { label: 'epoch' }, y: { label: '' }, series });
      const [axis] = svg.split('aria-label="x-axis tick label"')[1].split('</g>');
      return [...axis.matchAll(/>([^<]+)<\/text>/g)].map(([, text]) => text);
    };
    expect(await ticks([1, 2, 4])).toEqual(['1', '2', '3', '4']);
    expect(await ticks([1, 2.5, 3])).toContain('1.2');
    expect((await ticks([0, 500])).length).toBeLessThan(20);
  });

  /** what stands beside the ticks of an axis */
  const ticksOf = (svg: string, axis: 'x' | 'y'): string[] => {
    const [labels] = svg.split(`aria-label="${axis}-axis tick label"`)[1].split('</g>');
    return [...labels.matchAll(/>([^<]+)<\/text>/g)].map(([, text]) => text);
  };

  it('gives one value alone room on its axis, and ticks that can be read', async () => {
    const level = (y: number, log = false) =>
      lineChart({
        title: 'level',
        x: { label: 'samples' },
        y: { label: '%', log },
        series: [{ name: 'a', points: [1000, 3000].map((x) => ({ x, y })) }],
      });
    expect(ticksOf(await level(55), 'y')).toContain('55');
    expect(ticksOf(await level(0), 'y')).toContain('0');
    for (const svg of [await level(10.1479), await level(10.1479, true), await level(55.5)]) {
      const ticks = ticksOf(svg, 'y');
      expect(ticks.length).toBeGreaterThan(1);
      for (const tick of ticks) expect(tick.length).toBeLessThan(6);
    }
  });

  it('counts whole things upwards too', async () => {
    const series = [{ name: 'in flight', points: [0, 3, 1].map((y, i) => ({ x: i / 2, y })) }];
    const svg = await lineChart({ title: 'queue', x: { label: 's' }, y: { label: '', from: 0 }, series });
    expect(ticksOf(svg, 'y')).toEqual(['0', '1', '2', '3']);
  });

  it('leaves room for the last number of an axis and for long ones beside it', async () => {
    const points = [1, 1e6].map((x) => ({ x, y: 1000 * x }));
    const svg = await lineChart({
      title: 'long',
      x: { label: '', log: true },
      y: { label: '' },
      series: [{ name: 'a', points }],
    });
    const placed = (text: string): number =>
      Number(new RegExp(`<text[^>]*translate\\(([\\d.]+),[^>]*>${text}<`).exec(svg)?.[1]);
    // '1,000,000' is 51 wide and stands in the middle below the end of the axis
    expect(placed('1,000,000') + 51 / 2).toBeLessThan(720);
    // '1,000,000,000' is 74 wide and ends 9 in front of its axis
    expect(placed('1,000,000,000') - 9 - 74).toBeGreaterThan(-1);
  });

  it('names marks above its lines, each in its row', async () => {
    const series = [{ name: 'a', points: [0, 10].map((x) => ({ x, y: x })) }];
    const marks = [
      { x: 5, name: 'labels' },
      { x: 5.1, name: '●', dashes: '2 4', row: 1 },
    ];
    const svg = await lineChart({ title: 'marks', x: { label: '' }, y: { label: '' }, series, marks });
    const [frame] = [...svg.matchAll(/aria-label="rule"[^>]*>.*?y1="([\d.]+)"/g)].map(([, y]) => Number(y));
    const heights = ['labels', '●'].map((name) => {
      const [, group, text] = new RegExp(`<g([^>]*)><text([^>]*)>${name}<`).exec(svg) ?? [];
      return [group, text].reduce(
        (sum, tag) => sum + Number(/translate\([\d.]+,([\d.-]+)\)/.exec(tag)?.[1] ?? 0),
        0,
      );
    });
    expect(heights).toEqual([frame - 2, frame - 2 - 13]);
  });

  it('refuses to draw nothing', async () => {
    const none = { title: 'none', x: { label: '' }, y: { label: '' }, series: [] };
    await expect(lineChart(none)).rejects.toThrow(/series of chart 'none' must be at least one/);
  });
});

describe('a bar chart', () => {
  it('draws a bar for each finite value, with its interval and its value', async () => {
    const bars = [
      { name: 'FF', value: 1.5, low: 1.2, high: 1.8 },
      { name: 'backprop', value: 1.4 },
      { name: 'none', value: Number.NaN },
    ];
    const svg = await barChart({ title: 'error', label: '%', bars });
    expect(svg.split('aria-label="bar"')[1].split('</g>')[0].match(/<rect/g)?.length).toBe(2);
    expect(svg).toContain('1.50');
    expect(svg).toContain('1.40');
    await expect(barChart({ title: 'x', label: '', bars: [] })).rejects.toThrow(/bars of chart 'x'/);
  });

  it('draws points where its axis begins elsewhere than at 0', async () => {
    const bars = [85.5, 82.5].map((value) => ({ name: `${value}`, value, low: value - 1, high: value + 1 }));
    const svg = await barChart({ title: 'accuracy', label: '%', bars, from: 80, to: 100 });
    expect(svg).not.toContain('aria-label="bar"');
    expect(
      svg
        .split('aria-label="dot"')[1]
        .split('</g>')[0]
        .match(/<circle/g)?.length,
    ).toBe(2);
  });

  it('writes a value as its axis does', async () => {
    const svg = await barChart({ title: 'dropped', label: 'samples', bars: [{ name: 'all', value: 1600 }] });
    expect(svg.split('aria-label="text"')[1]).toContain('>1,600<');
  });

  it('sets groups apart', async () => {
    const bars = ['MNIST', 'Fashion'].flatMap((group) => [{ name: 'FF', group, value: 1 }]);
    const svg = await barChart({ title: 'error', label: '%', bars });
    expect(svg).toContain('MNIST');
    expect(svg).toContain('Fashion');
  });
});

describe('a sheet of images', () => {
  const sheet = {
    ...{ title: 'negatives', width: 2, height: 1 },
    rows: [
      { name: 'black and white', images: [[0, 1]] },
      {
        name: 'grey',
        images: [
          [0.5, 2],
          [-1, 0.2],
        ],
      },
    ],
  };

  it('is a PNG whose pixels are the values, cut to 0 … 1, 2 pixels apart', () => {
    const png = PNG.sync.read(imagePng(sheet));
    expect([png.width, png.height]).toEqual([6, 4]);
    const at = (x: number, y: number): number => png.data[4 * (y * png.width + x)];
    expect([at(0, 0), at(1, 0)]).toEqual([0, 255]);
    expect([at(0, 3), at(1, 3), at(4, 3), at(5, 3)]).toEqual([128, 255, 0, 51]);
    expect(at(2, 3)).toBe(255);
  });

  it('is an SVG with the names beside the rows', () => {
    const svg = imageSheet(sheet);
    for (const text of ['black and white', 'grey', 'data:image/png;base64,']) expect(svg).toContain(text);
  });

  it('refuses images of another size', () => {
    const wrong = { ...sheet, rows: [{ name: 'one', images: [[1, 2, 3]] }] };
    expect(() => imageSheet(wrong)).toThrow(/image of row 'one' must be 2 × 1 values; got 3/);
  });
});
