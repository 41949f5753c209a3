import { type Logger, pino } from 'pino';
import { mustBeOneOf } from '../extend.ts';

const levels = [...Object.values(pino.levels.labels), 'silent'];

/**
 * The log on standard error, of the level that LOG_LEVEL names in any case; left out or empty, `warn`.
 *
 * @throws {Error} one sentence, where it names none
 */
export function logger(): Logger {
  const level = (process.env.LOG_LEVEL || 'warn').toLowerCase();
  mustBeOneOf(level, levels, 'LOG_LEVEL');
  return pino({ level }, pino.destination({ fd: 2, sync: true }));
}
