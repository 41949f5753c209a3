import { must } from '../../core/check.ts';
import { traceFault } from '../trace/trace-rules.ts';
import type { Export } from './export.ts';

/** The trace for Perfetto and chrome://tracing, held to the rules of the format, and with its end where the process was killed. */
export const chrome: Export = {
  name: 'chrome',
  readers: 'ui.perfetto.dev, chrome://tracing',
  async files(run) {
    const traces = await run.traces();
    must(traces.length > 0, `run ${run.folder}`, 'one with a trace, made without --no-trace', 'none');
    for (const { name, events } of traces) {
      const fault = traceFault(events);
      if (fault !== undefined)
        throw new RangeError(
          `${fault.thing} of ${name} in ${run.folder} must be ${fault.rule}; got ${fault.got}`,
        );
    }
    return traces.map(({ name, text }) => ({ name, chunks: [text] }));
  },
};
