import { must } from '../../../core/check.ts';
import type { ChromeEvent } from '../../trace/chrome-event.ts';

/** A trace of a run folder. */
export interface TraceFile {
  /** in the folder: `trace.json`; of a part that was resumed `trace-<microbatch>.json` */
  readonly name: string;
  readonly events: readonly ChromeEvent[];
  /** the whole file as text, with an end where the process was killed before it wrote one */
  readonly text: string;
}

/**
 * Reads a Chrome trace, whole or as an array without its end, as a run leaves it that was killed.
 *
 * @throws {RangeError} one sentence, when it is no trace
 */
export function traceOf(name: string, text: string, path: string): TraceFile {
  const whole = parsed(text) === undefined ? ended(text) : text;
  const value = parsed(whole);
  const events: unknown = Array.isArray(value)
    ? value
    : (value as { traceEvents?: unknown } | undefined)?.traceEvents;
  const isTrace =
    Array.isArray(events) && events.every((event) => typeof event === 'object' && event !== null);
  must(isTrace, `trace ${path}`, 'JSON with a list of traceEvents', text.slice(0, 40));
  return { name, events: events as ChromeEvent[], text: whole };
}

/** Up to the last event that is whole: each stands in a line of its own. */
function ended(text: string): string {
  if (!text.startsWith('[')) return text;
  const end = Math.max(text.lastIndexOf('},\n'), text.endsWith('}') ? text.length - 1 : -1);
  return end < 0 ? '[]\n' : `${text.slice(0, end + 1)}\n]\n`;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) ?? undefined;
  } catch {
    return undefined;
  }
}
