import { expect, test } from 'vitest';
import { eventText, Readers } from '../../../src/cli/serving/http/readers.ts';

/** A reader that takes so many messages and then none, until it drains. */
function reader(takes: number) {
  const listeners = new Map<string, () => void>();
  const of = { heard: [] as string[], gone: false, takes };
  const sink = {
    write(text: string) {
      of.heard.push(text);
      return of.heard.length < of.takes;
    },
    on: (event: string, call: () => void) => listeners.set(event, call),
    destroy() {
      of.gone = true;
    },
    end() {
      of.gone = true;
    },
  };
  const drain = (more: number) => {
    of.takes = of.heard.length + more;
    listeners.get('drain')?.();
  };
  return { of, sink, drain, leave: () => listeners.get('close')?.() };
}

function readers(room = 4) {
  const time = { now: 0 };
  return { time, all: new Readers({ most: 3, room, patience: 100, clock: () => time.now }) };
}

test('a reader that keeps up hears everything, in order', () => {
  const { all } = readers();
  const { of, sink } = reader(Number.POSITIVE_INFINITY);
  all.add(sink, 'hello');
  for (const text of ['a', 'b', 'c']) all.send(text, true);
  expect(of.heard).toEqual(['hello', 'a', 'b', 'c']);
});

test('a slow one loses the oldest, keeps what must not be lost, and holds up nobody', () => {
  const { all } = readers();
  const [slow, quick] = [reader(1), reader(Number.POSITIVE_INFINITY)];
  all.add(slow.sink, 'hello');
  all.add(quick.sink, 'hello');
  all.send('begin', false);
  for (let i = 0; i < 1000; i++) all.send(`${i}`, true);
  expect(quick.of.heard).toHaveLength(1002);
  expect([slow.of.heard, all.waiting]).toEqual([['hello'], 4]);
  slow.drain(Number.POSITIVE_INFINITY);
  expect(slow.of.heard).toEqual(['hello', 'begin', '997', '998', '999']);
  all.send('next', true);
  expect(slow.of.heard.at(-1)).toBe('next');
});

test('as long as it takes nothing more, nothing more is written to it', () => {
  const { all } = readers();
  const slow = reader(1);
  all.add(slow.sink, 'hello');
  for (let i = 0; i < 6; i++) all.send(`${i}`, true);
  slow.drain(2);
  expect(slow.of.heard).toEqual(['hello', '2', '3']);
  slow.drain(9);
  expect(slow.of.heard).toEqual(['hello', '2', '3', '4', '5']);
});

test('one that takes nothing for long is let go, and so is one that would lose what must not be lost', () => {
  const { all, time } = readers();
  const [dead, full] = [reader(1), reader(1)];
  all.add(dead.sink, 'hello');
  all.send('a', true);
  time.now = 101;
  all.send('b', true);
  expect([dead.of.gone, all.count]).toEqual([true, 0]);
  all.add(full.sink, 'hello');
  for (let i = 0; i < 4; i++) all.send(`${i}`, false);
  expect(full.of.gone).toBe(false);
  all.send('end', false);
  expect([full.of.gone, all.count]).toEqual([true, 0]);
});

test('there is room for so many, and again for another once one has left', () => {
  const { all } = readers();
  const some = [reader(9), reader(9), reader(9)];
  for (const { sink } of some) all.add(sink, 'hello');
  expect(all.room).toBe(false);
  some[1].leave();
  expect([all.room, all.count]).toEqual([true, 2]);
});

test('an event is one line of JSON, whatever it says', () => {
  expect(eventText('end', { why: 'two\nlines' })).toBe('event: end\ndata: {"why":"two\\nlines"}\n\n');
});
