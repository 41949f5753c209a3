import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { axeComplaints, openChromium, openPage, whyNoChromium } from './chromium.ts';

const why = whyNoChromium();
if (why !== undefined) console.log(why);

describe.skipIf(why !== undefined)('a page in a browser', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await openChromium();
  });
  afterAll(() => browser?.close());

  it('is watched: what it complains of, asks for, and keeps from those who cannot see it', async () => {
    const html =
      '<!doctype html><html lang="en"><title>t</title><main><input><img alt="" src="http://127.0.0.1:1/"><script>throw 1</script></main>';
    const { page, complaints, requests } = await openPage(
      browser,
      `data:text/html,${encodeURIComponent(html)}`,
    );
    expect(complaints).toHaveLength(2); // the script, and the image that is not there
    expect(requests).toEqual(['http://127.0.0.1:1/']);
    expect((await axeComplaints(page)).map((line) => line.split(':')[0])).toContain('label');
  });
});
