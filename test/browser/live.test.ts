import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Summary } from '../../src/cli/running/train-all.ts';
import { fixture, started } from '../cli/forwardflow.ts';
import { axeComplaints, openChromium, openPage, picture, whyNoChromium } from './chromium.ts';

const why = whyNoChromium();
if (why !== undefined) console.log(why);

const training = ['train', '--data', fixture, '--layers', '40,30', '--epochs', '80', '--microbatch', '20'];
const setting = ['--capacity', '8', '--workers', '2', '--products', 'simd', '--no-trace'];

/** what stops the servers of a test that has failed */
const running: (() => void)[] = [];
afterEach(() => {
  for (const stop of running.splice(0)) stop();
});

/** `serve` as a process of its own, and its address. */
function serving(
  args: readonly string[],
): Promise<{ url: string; printed: () => string; stop(): Promise<number | null> }> {
  return new Promise((resolve, reject) => {
    let told = '';
    const process = started(['serve', '--json', ...args], ({ stdout }) => {
      told = stdout;
      if (!stdout.endsWith('\n')) return;
      const stop = async () => {
        process.kill('SIGINT');
        return (await process.ended).code;
      };
      resolve({ url: (JSON.parse(stdout) as { url: string }).url, printed: () => told, stop });
    });
    running.push(() => process.kill('SIGINT'));
    process.ended.then(({ stderr }) => reject(new Error(stderr)), reject);
  });
}

/** Moves a slider as somebody with a keyboard does: to an end, then step by step. */
async function slide(page: Page, id: string, end: 'Home' | 'End'): Promise<void> {
  await page.locator(`#${id}`).press(end);
}

const text = (page: Page, id: string): Promise<string> => page.locator(`#${id}`).innerText();
const numberIn = (shown: string): number => Number(shown.replace(/[^0-9.]/g, ''));

/** Waits until an expression holds in the page, whose policy lets nobody else do so. */
async function until(page: Page, condition: string): Promise<void> {
  for (let looks = 0; looks < 1500; looks++) {
    if (await page.evaluate(condition)) return;
    await setTimeout(20);
  }
  throw new Error(`${condition} must come to hold; got ${await page.locator('body').innerText()}`);
}

const says = (id: string, words: string): string =>
  `document.getElementById('${id}').textContent === '${words}'`;
/** what has been moved since it was last asked, without anybody's doing */
const shifts = `globalThis.shifts.splice(0)`;
const watchShifts = `globalThis.shifts = []; new PerformanceObserver((list) => {
  for (const { sources } of list.getEntries())
    globalThis.shifts.push(...sources.map(({ node }) => (node?.outerHTML ?? node?.parentElement?.outerHTML ?? '?').slice(0, 120)));
}).observe({ type: 'layout-shift' });`;
const entryHas = (least: number, most: number) =>
  `(() => { const edge = document.querySelector('[data-edge="source→0"]'); const lying = Number(edge?.dataset.lying); return lying >= ${least} && lying <= ${most}; })()`;

describe.skipIf(why !== undefined)('the live page', () => {
  const root = mkdtempSync(join(tmpdir(), 'forwardflow-live-'));
  let browser: Browser;
  beforeAll(async () => {
    browser = await openChromium();
  });
  afterAll(() => browser?.close());

  it('shows a run from its start to its end, and what is moved on it acts on the run', async () => {
    const server = await serving(['--port', '0', '--runs', root, ...training, ...setting]);
    const { page, complaints, requests } = await openPage(browser, server.url);
    await page.evaluate(watchShifts);
    await until(page, says('state', 'running'));
    await until(page, "document.getElementById('throughput').dataset.value > 0");

    // pausing stops throughput: the pipeline empties, and nothing more is learned
    await page.keyboard.press('Space');
    await until(page, says('state', 'paused'));
    await until(page, "document.getElementById('throughput').dataset.value === '0'");
    const learned = await text(page, 'samples');
    expect(await text(page, 'pause')).toBe('Resume');
    expect(await page.locator('[data-lying="0"]').count()).toBe(3);
    // a stage that ends no op and no wait is not said to starve: it may be in the middle of one
    await until(
      page,
      "[...document.querySelectorAll('.stage .share')].every((one) => one.textContent === '–')",
    );
    await page.evaluate(shifts);
    expect(await axeComplaints(page)).toEqual([]);

    // the capacity slider changes queue depth, down and up again
    await slide(page, 'capacity', 'Home');
    await until(page, says('capacity-value', '1 on each edge'));
    expect(await text(page, 'samples')).toBe(learned);
    await page.locator('#pause').press('Enter');
    await until(page, says('state', 'running'));
    await until(page, entryHas(1, 1));
    await picture(page, 'live-desktop');
    await slide(page, 'capacity', 'End');
    await until(page, entryHas(3, 8));
    expect(await page.evaluate(shifts)).toEqual([]);

    // its numbers are the summary's
    await until(page, says('state', 'ended'));
    const folder = /Run folder: (.*)\.$/.exec(await text(page, 'ended-text'))?.[1] ?? '';
    const { runs } = JSON.parse(readFileSync(join(folder, 'summary.json'), 'utf8')) as Summary;
    const [run] = runs;
    const cells = await page.locator('#summary tbody tr').locator('th, td').allInnerTexts();
    expect(cells).toEqual([
      'ff, seed 1',
      run.samples.toLocaleString('en-US'),
      `${Math.round(run.samplesPerSecond).toLocaleString('en-US')}/s`,
      `${(100 * (run.testAccuracy ?? 0)).toFixed(2)} %`,
      `${(100 * (run.runningAccuracy ?? 0)).toFixed(2)} %`,
      ...[run.latencyMs.p50, run.latencyMs.p99].map(
        (ms) => `${ms >= 100 ? Math.round(ms).toLocaleString('en-US') : ms.toPrecision(3)} ms`,
      ),
      `${(100 * run.bubble).toFixed(1)} %`,
    ]);
    expect(numberIn((await text(page, 'samples')).split(' of ')[0])).toBe(run.samples);
    expect(run.steered).toBe(true);
    expect(await text(page, 'ended-text')).toContain('Steered by hand');
    expect(await axeComplaints(page)).toEqual([]);

    // on a phone neither the longest shares nor the figures of many rules make it wider than the screen
    await page.setViewportSize({ width: 390, height: 844 });
    await page.evaluate(
      "for (const one of document.querySelectorAll('.stage .share')) one.textContent = '100 %'",
    );
    // the curves are drawn again for the new width
    await until(page, 'document.documentElement.scrollWidth === 390');
    await page.setViewportSize({ width: 1280, height: 800 });
    await page.locator('#past td.several').first().waitFor();
    await page.evaluate(
      "for (const one of document.querySelectorAll('#past td.several')) one.textContent = 'mono-forward, '.repeat(9)",
    );
    const beyond =
      "(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)(document.getElementById('past').parentElement)";
    expect(await page.evaluate(beyond)).toBe(0);

    const { origin } = new URL(server.url);
    expect(requests.filter((url) => new URL(url).origin !== origin && !url.startsWith('data:'))).toEqual([]);
    expect(complaints).toEqual([]);
    await page.close();
    expect(JSON.parse(server.printed())).toEqual({ url: server.url });
    expect(await server.stop()).toBe(130);
  }, 90_000);

  it('shows a past run again, on a phone, in the dark, and to who wants no motion', async () => {
    const server = await serving(['--runs', root]);
    const { page, complaints } = await openPage(browser, server.url, 'phone', 'dark');
    await page.emulateMedia({ reducedMotion: 'reduce', colorScheme: 'dark' });
    const name = page.locator('#past tbody th button');
    await name.first().waitFor({ timeout: 9000 });
    expect(await text(page, 'state')).toBe('past runs');
    await name.first().press('Enter');
    await page.locator('#summary tbody td').first().waitFor();
    expect(await page.locator('#charts-title').innerText()).toMatch(/^Curves of .*-train$/);
    expect(await page.locator('canvas').count()).toBe(4);
    // nothing is wider than the screen
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390);
    expect(await axeComplaints(page)).toEqual([]);
    await picture(page, 'live-phone');
    expect(complaints).toEqual([]);
    await page.close();
    expect(await server.stop()).toBe(130);
  }, 90_000);
});
