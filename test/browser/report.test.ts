import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { forwardflow, runsFolder, small } from '../cli/forwardflow.ts';
import { axeComplaints, openChromium, openPage, picture, whyNoChromium } from './chromium.ts';

const why = whyNoChromium();
if (why !== undefined) console.log(why);

describe.skipIf(why !== undefined)('the report in a browser', () => {
  let browser: Browser;
  let folder: string;
  let url: string;
  beforeAll(async () => {
    const runs = runsFolder();
    await forwardflow([
      'compare',
      ...small,
      '--epochs',
      '2',
      '--runtime',
      'inline',
      '--runs',
      runs,
      '--json',
    ]);
    folder = join(runs, readdirSync(runs)[0]);
    url = pathToFileURL(join(folder, 'report.html')).href;
    browser = await openChromium();
  }, 60_000);
  afterAll(() => browser?.close());

  /** What a button hands out. */
  async function handedOut(page: Page, button: string): Promise<string> {
    const [download] = await Promise.all([page.waitForEvent('download'), page.click(button)]);
    return readFileSync(await download.path(), 'utf8');
  }

  it('opens from a file without a complaint or a request, on a desktop and a phone, light and dark', async () => {
    for (const [screen, scheme] of [
      ['desktop', 'light'],
      ['phone', 'light'],
      ['desktop', 'dark'],
    ] as const) {
      const { page, complaints, requests } = await openPage(browser, url, screen, scheme);
      await picture(page, `report-${screen}${scheme === 'dark' ? '-dark' : ''}`);
      expect(complaints).toEqual([]);
      expect(requests.filter((one) => !one.startsWith('data:'))).toEqual([url]);
      expect(await axeComplaints(page)).toEqual([]);
      // the page is no wider than the screen
      expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
      await page.close();
    }
  }, 60_000);

  it('hands out the numbers of a figure as CSV, and the figure as SVG', async () => {
    const { page, complaints } = await openPage(browser, url);
    const { runs } = JSON.parse(readFileSync(join(folder, 'summary.json'), 'utf8'));
    const csv = (await handedOut(page, '#shares [data-as=csv]')).trim().split('\r\n');
    expect(csv[0]).toBe('stage,busy,starved,blocked,communicating');
    const [busy, ...rest] = csv[1].split(',').slice(-4);
    expect(Number(busy)).toBeCloseTo(runs[0].stages[0].busy, 6);
    expect(Number(busy) + rest.reduce((sum, one) => sum + Number(one), 0)).toBeCloseTo(1, 6);
    const svg = await handedOut(page, '#shares [data-as=svg]');
    expect(svg).toMatch(/^<\?xml[\s\S]*<svg xmlns="http:\/\/www.w3.org\/2000\/svg"/);
    // the slices of the timeline are those of the trace
    const slices = (await handedOut(page, '#timeline-1 [data-as=csv]')).trim().split('\r\n').slice(1);
    const { traceEvents } = JSON.parse(readFileSync(join(folder, 'trace.json'), 'utf8'));
    const drawn = (traceEvents as { ph: string; pid: number; cat: string }[]).filter(
      ({ ph, pid, cat }) => ph === 'X' && pid === 1 && /^([FBWU]|wait)$/.test(cat),
    );
    expect(slices.length).toBe(drawn.length);
    expect(complaints).toEqual([]);
    await page.close();
  }, 60_000);

  it('zooms by the keyboard and by buttons', async () => {
    const { page } = await openPage(browser, url);
    const says = page.locator('#timeline-1 output');
    const title = page.locator('#timeline-1 .drawing svg > title');
    const before = await title.textContent();
    await page.focus('#timeline-1 .drawing');
    await page.keyboard.press('+');
    await expect.poll(() => title.textContent()).not.toBe(before);
    const closer = await says.textContent();
    expect(closer).toMatch(/^\d.* to \d/);
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => says.textContent()).not.toBe(closer);
    await page.click('#timeline-1 [data-zoom=all]');
    await expect.poll(() => title.textContent()).toBe(before);
    await page.close();
  }, 60_000);
});
