import { type Logger, pino } from 'pino';
import { nearest } from './nearest.ts';

const levels = [...Object.values(pino.levels.labels), 'silent'];

/**
 * The log on standard error, of the level that LOG_LEVEL names in any case; left out or empty, `warn`.
 *
 * @throws {Error} one sentence, where it names none
 */
export function logger(): Logger {
  const level = (process.env.LOG_LEVEL || 'warn').toLowerCase();
  if (!levels.includes(level))
    throw new Error(
      `LOG_LEVEL must be one of ${levels.join(', ')}; got '${process.env.LOG_LEVEL}'${nearest(level, levels)}`,
    );
  return pino({ level }, pino.destination({ fd: 2, sync: true }));
}
