import { nameOfRule, type RunReport } from '../../report.ts';
import type { RunRecord } from '../runs/run-record.ts';

/** Runs of one rule that differ in their seeds alone. */
export interface Group {
  /** unlike that of any other group: the rule, and the run where there are several */
  readonly label: string;
  readonly rule: string;
  readonly runs: readonly { readonly run: RunReport; readonly record: RunRecord }[];
}

/** Settings that do not tell two runs apart. */
const passing = ['seed', 'seeds', 'name'];

/** Groups the networks of some runs: those of the same settings and rule, seeds aside, belong together. */
export function groupsOf(records: readonly RunRecord[]): Group[] {
  const kinds = [...new Set(records.map(settingsKey))];
  const labels = kinds.map((key) => {
    const first = records.find((record) => settingsKey(record) === key);
    return first?.name ?? first?.folder ?? '';
  });
  const groups = new Map<string, { label: string; rule: string; runs: Group['runs'][number][] }>();
  for (const record of records) {
    const kind = kinds.indexOf(settingsKey(record));
    for (const run of record.summary?.runs ?? []) {
      // its rates are those of a machine that somebody described
      const virtual = run.runtime === 'virtual' ? ', virtual time' : '';
      const name = `${nameOfRule(run.rule)}, ${run.schedule}${virtual}`;
      const label = kinds.length === 1 ? name : `${labels[kind]}: ${name}`;
      const key = `${kind} ${name}`;
      const group = groups.get(key) ?? { label: unlike(label, groups), rule: run.rule, runs: [] };
      groups.set(key, group);
      group.runs.push({ run, record });
    }
  }
  return [...groups.values()];
}

/** Whether all records are of the same settings, seeds aside. */
export function isPooled(records: readonly RunRecord[]): boolean {
  return new Set(records.map(settingsKey)).size <= 1;
}

function settingsKey({ settings }: RunRecord): string {
  const telling = Object.entries(settings).filter(([key]) => !passing.includes(key));
  return JSON.stringify(telling.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Two runs may have the same name. */
function unlike(label: string, groups: ReadonlyMap<string, { readonly label: string }>): string {
  const taken = new Set([...groups.values()].map((group) => group.label));
  for (let nth = 2, name = label; ; nth++) {
    if (!taken.has(name)) return name;
    name = `${label} (${nth})`;
  }
}
