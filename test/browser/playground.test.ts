import { execFileSync } from 'node:child_process';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scheduleNamed, scheduleNames } from '../../src/cli/settings/schedules.ts';
import { simulationSettings } from '../../src/cli/settings/simulation-settings.ts';
import { simulated } from '../../src/cli/simulating/simulated.ts';
import { random } from '../../src/core/random.ts';
import { axeComplaints, openChromium, openPage, picture, whyNoChromium } from './chromium.ts';
import { builtPlayground } from './playground-page.ts';

const why = whyNoChromium();
if (why !== undefined) console.log(`skipped: ${why}`);

describe.skipIf(why !== undefined)('the playground, from a file,', () => {
  let browser: Browser;
  let built: Awaited<ReturnType<typeof builtPlayground>>;
  let address: string;
  beforeAll(async () => {
    [browser, built] = await Promise.all([openChromium(), builtPlayground()]);
    address = pathToFileURL(`${built.folder}/index.html`).href;
  });
  afterAll(async () => {
    await browser?.close();
    built?.remove();
  });

  it('has the makespans of simulate for 50 random settings, and a few through the command itself', async () => {
    const { page, complaints } = await openPage(browser, address);
    const draw = random(2026).fork('playground');
    const pick = <T>(of: readonly T[]): T => of[draw.whole(of.length)];
    let compared = 0;
    while (compared < 50) {
      const stages = 2 * (1 + draw.whole(3));
      const settings: Record<string, string | number> = {
        ...{ schedule: pick(scheduleNames), against: pick(scheduleNames) },
        ...{ stages, microbatches: stages * (1 + draw.whole(2)), seed: draw.whole(1000) },
        cost: `F=${1 + draw.whole(3)}ms,B=${1 + draw.whole(3)}ms,W=${pick(['1ms', 'exp:2ms'])},U=${pick(['0', '100us'])}`,
        linkLatency: pick(['0', '500us']),
        jitter: pick(['none', 'none', 'lognormal:0.2']),
        ...(draw.whole(3) === 0 && { slow: `${draw.whole(stages)}:1.5` }),
        ...(draw.whole(4) === 0 && { capacity: pick(['3', 'unbounded']) }),
      };
      const lanes = await lanesOf(page, settings);
      for (const [side, lane] of Object.entries(lanes)) {
        const { against, ...given } = settings;
        const schedule = String(side === 'schedule' ? given.schedule : against);
        const own = simulationSettings.parse({ ...given, schedule: scheduleNamed(schedule).name });
        const expected = await simulated(own).catch((error: Error) => error);
        if (expected instanceof Error) {
          expect(lane.note, schedule).toBe(expected.message);
          continue;
        }
        expect(lane.makespan, `${schedule} of ${JSON.stringify(settings)}`).toBe(expected.makespan);
        if (compared % 25 === 0) expect(lane.makespan).toBe(byCommand(lane.command));
        compared++;
      }
    }
    expect(complaints).toEqual([]);
    await page.close();
  }, 120_000);

  it('asks for nothing but itself, and axe finds no fault', async () => {
    for (const scheme of ['light', 'dark'] as const) {
      const { page, complaints, requests } = await openPage(browser, address, 'desktop', scheme);
      await page.waitForSelector('#lane-against[data-makespan]');
      expect(await axeComplaints(page)).toEqual([]);
      expect(complaints).toEqual([]);
      expect(requests.filter((one) => one.startsWith('http'))).toEqual([]);
      await picture(page, `playground-${scheme}`);
      await page.close();
    }
    const { page } = await openPage(browser, address, 'phone');
    await page.waitForSelector('#lane-against[data-makespan]');
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390);
    await picture(page, 'playground-phone');
    await page.close();
  });

  it('makes a stage longer by keyboard, and its address brings the settings back', async () => {
    const { page } = await openPage(browser, `${address}#schedule=gpipe&stages=3`);
    const before = (await shown(page)).schedule.makespan;
    await page.locator('.stage-bar').nth(1).focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    await page.waitForFunction("location.hash.includes('1.5')");
    expect(decodeURIComponent(page.url().split('#')[1])).toBe('schedule=gpipe&stages=3&slow=1:1.5');
    const after = await shown(page);
    expect(after.schedule.makespan).toBeGreaterThan(before);
    const { page: other } = await openPage(browser, page.url());
    expect(await shown(other)).toEqual(after);
    await Promise.all([page.close(), other.close()]);
  });

  it.each([
    ['schedule=gpip', "did you mean 'gpipe'"],
    ['stagse=3', "address must hold known settings only; got 'stagse' (did you mean 'stages'?)"],
    ['stages=1e9', 'stages must be at most 64 in a page; got 1000000000'],
    ['microbatches=100000', 'stages × microbatches must be at most'],
    ['cost=%3Cimg src=x onerror=alert(1)%3E', 'cost must be'],
    ['schedule=./mine.ts', 'schedule must be one of'],
  ])('refuses the address #%s in a sentence', async (hash, sentence) => {
    const { page, complaints } = await openPage(browser, `${address}#${hash}`);
    const said = await page.locator('#problem').textContent();
    expect(said).toContain(sentence);
    expect((await shown(page)).schedule.makespan).toBeGreaterThan(0);
    expect(complaints).toEqual([]);
    await page.close();
  });
});

interface ShownLane {
  readonly makespan: number;
  readonly note: string;
  readonly command: string;
}
type Lanes = Readonly<Record<'schedule' | 'against', ShownLane>>;

/** Sets a page's address and waits for what comes of it. */
async function lanesOf(page: Page, settings: Readonly<Record<string, string | number>>): Promise<Lanes> {
  const all = Object.entries(settings).map(([key, value]) => [key, String(value)] as [string, string]);
  await page.evaluate(`location.hash = ${JSON.stringify(new URLSearchParams(all).toString())}`);
  return shown(page);
}

async function shown(page: Page): Promise<Lanes> {
  await page.waitForFunction('document.documentElement.dataset.shown === location.hash.slice(1)');
  const lane = async (side: string): Promise<ShownLane> => ({
    makespan: Number(await page.locator(`#lane-${side}`).getAttribute('data-makespan')),
    note: (await page.locator(`#note-${side}`).textContent()) ?? '',
    command: (await page.locator(`#command-${side}`).textContent()) ?? '',
  });
  return { schedule: await lane('schedule'), against: await lane('against') };
}

/** The makespan that a command prints. */
function byCommand(command: string): number {
  const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));
  const words = [...command.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain);
  const out = execFileSync(process.execPath, ['--import', 'tsx', main, ...words.slice(1), '--json']);
  return (JSON.parse(out.toString()) as { makespan: number }).makespan;
}
