import { expect, it } from 'vitest';
import { Backlog } from '../../src/schedules/parts/backlog.ts';

it('a backlog gives its numbers in order, and none that has not come', () => {
  const backlog = new Backlog();
  for (let i = 0; i < 5000; i++) {
    expect(backlog.at(i)).toBeUndefined();
    backlog.push(10 * i);
    expect(backlog.at(i)).toBe(10 * i);
  }
  expect(backlog.count).toBe(5000);
});

it('it may be far ahead of its reader, who may ask twice', () => {
  const backlog = new Backlog();
  for (let i = 0; i < 5000; i++) backlog.push(i);
  for (let i = 0; i < 5000; i++) expect([backlog.at(i), backlog.at(i)]).toEqual([i, i]);
});

it('one that nobody reads counts only', () => {
  const backlog = new Backlog(false);
  for (let i = 0; i < 10; i++) backlog.push(i);
  expect([backlog.count, backlog.at(0)]).toEqual([10, undefined]);
});
