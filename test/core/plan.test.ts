import { describe, expect, it } from 'vitest';
import { make, plan } from '../../src/core/plan.ts';

const echo = new URL('./echo.ts', import.meta.url).href;

describe('a plan', () => {
  it('is plain data that structured clone carries as it is', () => {
    const own = plan(import.meta.url, 'own', { a: 1, nested: { array: Float32Array.of(1) } });
    expect(structuredClone(own)).toEqual(own);
    expect(Object.keys(own)).toEqual(['module', 'name', 'options']);
  });

  it('has no options unless given some', () => {
    expect(plan(import.meta.url, 'own').options).toEqual({});
  });

  it('is made by its module, with its options and the context', async () => {
    const made = await make(structuredClone(plan<unknown, string>(echo, 'own', { a: 2 })), 'here');
    expect(made).toEqual({ options: { a: 2 }, context: 'here' });
  });

  it('can’t be made by a module that makes nothing', async () => {
    const module = new URL('../../src/core/clock.ts', import.meta.url).href;
    await expect(make(plan(module, 'hours'))).rejects.toThrow(
      new TypeError(
        `module of plan 'hours' must export create(options, context); got none in forwardflow:core/clock`,
      ),
    );
  });

  it('of a module that isn’t there says so', async () => {
    const module = new URL('./nowhere.ts', import.meta.url).href;
    await expect(make(plan(module, 'nobody'))).rejects.toThrow('nowhere');
  });
});
