import type { Export, ExportFile } from './export.ts';
import { type TraceRow, traceRows } from './parts/trace-rows.ts';

/** A column as the writer takes it. */
type Kind = 'STRING' | 'INT32' | 'INT64' | 'DOUBLE';

/** Figures as `metrics.parquet`, and, where there is a trace, its events as `trace.parquet`. */
export const parquet: Export = {
  name: 'parquet',
  readers: 'pandas, pyarrow, Polars, DuckDB',
  async files(run) {
    // no other form needs it
    const { parquetWriteBuffer } = await import('hyparquet-writer');
    const table: Table = (name, rows, kinds) => ({
      name,
      chunks: [
        new Uint8Array(parquetWriteBuffer({ columnData: columnsOf(rows, kinds), createdBy: 'forwardflow' })),
      ],
    });
    const metrics = table('metrics.parquet', await run.figures(), {
      ...{ rule: 'STRING', seed: 'INT64', samples: 'INT64', seconds: 'DOUBLE' },
      ...{ metric: 'STRING', layer: 'INT32', stage: 'INT32', value: 'DOUBLE' },
    });
    const traces = await run.traces();
    const rows = traces.flatMap(({ name, events }) => traceRows(name, events));
    return rows.length === 0 ? [metrics] : [metrics, table('trace.parquet', rows, traceColumns)];
  },
};

const traceColumns: Readonly<Record<keyof TraceRow, Kind>> = {
  ...{ file: 'STRING', run: 'STRING', row: 'STRING', phase: 'STRING', category: 'STRING', name: 'STRING' },
  ...{ start_us: 'DOUBLE', duration_us: 'DOUBLE', stage: 'INT32', microbatch: 'INT64', purpose: 'STRING' },
  ...{ rows: 'INT32', read: 'INT64', written: 'INT64', versions: 'INT32', held: 'INT64', macs: 'INT64' },
  ...{ loss: 'DOUBLE', accuracy: 'DOUBLE' },
};

/** Rows as one Parquet file. */
type Table = <Row extends object>(
  name: string,
  rows: readonly Row[],
  kinds: Readonly<Record<keyof Row, Kind>>,
) => ExportFile;

/** What a row lacks is null. */
function columnsOf<Row extends object>(rows: readonly Row[], kinds: Readonly<Record<keyof Row, Kind>>) {
  return (Object.keys(kinds) as (keyof Row & string)[]).map((column) => ({
    name: column,
    type: kinds[column],
    data: rows.map((row) => stored(row[column], kinds[column])),
  }));
}

function stored(value: unknown, kind: Kind): unknown {
  if (value === undefined) return null;
  return kind === 'INT64' ? BigInt(value as number) : value;
}
