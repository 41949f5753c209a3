import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { lastValueFrom } from 'rxjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inline, measure, mnist, run, weights } from '../../src/index.ts';
import { packed, unpacked } from '../../src/pages/playground/learning/digits.ts';
import { networkOf } from '../../src/pages/playground/learning/network.ts';
import { weightsHash } from '../../src/report.ts';
import { axeComplaints, openChromium, openPage, picture, whyNoChromium } from './chromium.ts';
import { builtPlayground, served } from './playground-page.ts';

const why = whyNoChromium();
if (why !== undefined) console.log(`skipped: ${why}`);

describe.skipIf(why !== undefined)('FF in the playground', () => {
  let browser: Browser;
  let built: Awaited<ReturnType<typeof builtPlayground>>;
  const closing: (() => unknown)[] = [];
  beforeAll(async () => {
    [browser, built] = await Promise.all([openChromium(), builtPlayground()]);
    closing.push(() => browser.close(), built.remove);
  });
  afterAll(async () => {
    for (const close of closing) await close();
  });

  async function opened(where: 'isolated' | 'not isolated' | 'from a file', screen?: 'desktop' | 'phone') {
    if (where === 'from a file')
      return openPage(browser, pathToFileURL(`${built.folder}/index.html`).href, screen);
    const { url, close } = await served(built.folder, where === 'isolated');
    closing.push(close);
    return openPage(browser, url, screen);
  }

  it('learns more than 95 % of its test digits, shows its goodness, and says what it sees', async () => {
    const { page, complaints } = await opened('isolated');
    await learned(page, 10);
    const status = page.locator('#learn-status');
    expect(await status.textContent()).toContain('2 Web Workers');
    const { seconds } = (await page.evaluate("({ ...document.querySelector('#learn-status').dataset })")) as {
      seconds: string;
    };
    console.log(`learned in ${Number(seconds).toFixed(1)} s`);
    const clean = await accuracyOf(page);
    expect(clean).toBeGreaterThanOrEqual(0.95);
    for (const layer of [0, 1]) {
      const text = await page.locator(`#goodness-${layer}`).textContent();
      const [positive, negative] = [...(text ?? '').matchAll(/[\d.]+/g)].map(Number);
      expect(positive).toBeGreaterThan(negative);
      // a goodness is no number below 0
      expect(text).toMatch(/^goodness [\d.]+ of positives \(\+\), [\d.]+ of negatives \(−\)$/);
    }
    expect(await page.locator('#says').textContent()).toBe('It says 7, which is right.');
    await draw(page);
    await page.waitForFunction("document.querySelector('#says').dataset.label === '1'");
    await picture(page, 'playground-learned');
    await page.locator('#silenced').selectOption('0');
    await page.waitForFunction(
      "document.querySelector('#handicap').textContent.includes('layer 0 silenced')",
    );
    expect(await accuracyOf(page)).toBeLessThan(clean);
    await page.locator('#silenced').selectOption('');
    await page.locator('#noise').fill('0.5');
    await page.waitForFunction("document.querySelector('#handicap').textContent.startsWith('Noise 0.5, no')");
    expect(await accuracyOf(page)).toBeLessThan(clean);
    expect(await axeComplaints(page)).toEqual([]);
    expect(complaints).toEqual([]);
    await page.close();
  });

  it('has the weights of Node to the bit: isolated, not isolated, from a file, and paused in between', async () => {
    const digits = unpacked(packed({ train: await mnist('train'), test: await mnist('test') }));
    const { parameters } = await lastValueFrom(
      run(networkOf(digits, { epochs: 2, seed: 5 }), inline()).pipe(measure({ parameters: weights })),
    );
    const expected = weightsHash(parameters);
    for (const where of ['isolated', 'not isolated', 'from a file'] as const) {
      const { page, complaints } = await opened(where, where === 'from a file' ? 'phone' : 'desktop');
      expect(await learned(page, 2, 5, where === 'not isolated'), where).toBe(expected);
      if (where === 'from a file') await picture(page, 'playground-learned-phone');
      expect(complaints).toEqual([]);
      await page.close();
    }
  }, 120_000);
});

/** Has a page learn. @returns the hash of its weights */
async function learned(page: Page, epochs: number, seed = 1, pausing = false): Promise<string | null> {
  const state = (name: string): Promise<unknown> =>
    page.waitForFunction(`document.querySelector('#learn-status').dataset.state === '${name}'`);
  await page.locator('#epochs').fill(String(epochs));
  await page.locator('#learn-seed').fill(String(seed));
  await page.locator('#start').press('Enter');
  if (pausing) {
    await page.waitForFunction("/^goodness \\d/.test(document.querySelector('#goodness-1').textContent)");
    await page.locator('#pause').press('Enter');
    await state('stopped');
    await page.locator('#start').press('Enter');
  }
  await state('complete');
  await page.waitForFunction("document.querySelector('#handicap').dataset.accuracy");
  return page.locator('#learn-status').getAttribute('data-hash');
}

async function accuracyOf(page: Page): Promise<number> {
  return Number(await page.locator('#handicap').getAttribute('data-accuracy'));
}

/** Draws a one by pointer. */
async function draw(page: Page): Promise<void> {
  const pad = page.locator('#pad');
  await pad.scrollIntoViewIfNeeded();
  const { x = 0, y = 0 } = (await pad.boundingBox()) ?? {};
  await page.mouse.move(x + 150, y + 50);
  await page.mouse.down();
  await page.mouse.move(x + 130, y + 230, { steps: 8 });
  await page.mouse.up();
}
