import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Browser, Page } from 'playwright-core';
import { chromium } from 'playwright-core';

const screens = { desktop: { width: 1280, height: 800 }, phone: { width: 390, height: 844 } } as const;
export type Screen = keyof typeof screens;

/** Where the pictures of pages go, which CI keeps. */
const pictures = new URL('../../.ci/screenshots/', import.meta.url);
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Why there is no browser to test with; undefined where there is one. Printed once by each file that is skipped. */
export function whyNoChromium(): string | undefined {
  const path = chromiumPath();
  return existsSync(path) ? undefined : `no browser: ${path} is not there (Debian: apt-get install chromium)`;
}

/** Chromium's program: FORWARDFLOW_CHROMIUM, or Debian's. */
function chromiumPath(): string {
  return process.env.FORWARDFLOW_CHROMIUM ?? '/usr/bin/chromium';
}

/** A browser without a window; whoever opens it closes it. */
export async function openChromium(): Promise<Browser> {
  // root has no sandbox in Chromium
  const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  return chromium.launch({ executablePath: chromiumPath(), headless: true, args });
}

/** What a page did besides showing itself. */
export interface Watched {
  readonly page: Page;
  /** errors and warnings on its console, and errors nobody caught */
  readonly complaints: readonly string[];
  /** addresses that it asked for, its own among them */
  readonly requests: readonly string[];
}

/** Opens a page of the size of a screen, and watches it from the first byte. */
export async function openPage(
  browser: Browser,
  url: string,
  screen: Screen = 'desktop',
  scheme: 'light' | 'dark' = 'light',
): Promise<Watched> {
  const page = await browser.newPage({ viewport: screens[screen], colorScheme: scheme });
  const complaints: string[] = [];
  const requests: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('request', (request) => requests.push(request.url()));
  await page.goto(url);
  return { page, complaints, requests };
}

/** Keeps a picture of the whole page. @param name  as `report-phone` */
export async function picture(page: Page, name: string): Promise<void> {
  mkdirSync(pictures, { recursive: true });
  await page.screenshot({ path: new URL(`${name}.png`, pictures).pathname, fullPage: true });
}

/** What axe finds fault with, one line each: the rule, what it asks, and the first element. */
export async function axeComplaints(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  return page.evaluate(async () => {
    interface Found {
      readonly violations: readonly {
        readonly id: string;
        readonly help: string;
        readonly nodes: readonly { readonly html: string }[];
      }[];
    }
    const { axe } = globalThis as unknown as { axe: { run(): Promise<Found> } };
    const { violations } = await axe.run();
    return violations.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes[0]?.html.slice(0, 200)}`);
  });
}
