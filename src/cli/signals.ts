/** The signals that end a command, and the status it then exits with: 128 and the signal's number, as shells have it. */
const statuses = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;
type Signal = keyof typeof statuses;
const signals = Object.keys(statuses) as Signal[];

/** What a command that has something to save does about a signal. */
export interface Interrupt {
  /** aborted by the first signal; a second one ends the process at once */
  readonly signal: AbortSignal;
  /** from here on a signal ends the process at once again */
  done(): void;
}

let saving: ((signal: Signal) => void) | undefined;

/**
 * Has a signal end the process with the signal's status, at once, in whatever phase it is.
 *
 * A command that computes without a pause does not call this: while it computes no listener runs, so a signal that has
 * none must end it.
 */
export function endOnSignals(): void {
  for (const signal of signals) process.off(signal, onSignal).on(signal, onSignal);
}

/** Has the first signal abort what goes on, so that it can be saved, and the process exit with that signal's status. */
export function interruptible(): Interrupt {
  const abort = new AbortController();
  saving = (signal) => {
    process.exitCode = statuses[signal];
    // without listeners the next signal ends the process even where it computes without a pause
    for (const each of signals) process.off(each, onSignal);
    if (signal === 'SIGHUP') ignoreClosedTerminal();
    abort.abort();
  };
  endOnSignals();
  return {
    signal: abort.signal,
    done() {
      saving = undefined;
    },
  };
}

/** Resolved by the first signal, which also sets the process's status; a second one ends the process at once. */
export function onceStopped(): Promise<void> {
  const { signal } = interruptible();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}

/** What comes of the work, or undefined as soon as the signal is aborted. */
export function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  const aborted = new Promise<undefined>((resolve) => {
    if (signal.aborted) resolve(undefined);
    signal.addEventListener('abort', () => resolve(undefined), { once: true });
  });
  work.catch(() => {}); // what it ends with after the signal is of no interest
  return Promise.race([aborted, work]);
}

function onSignal(signal: NodeJS.Signals): void {
  if (saving) saving(signal as Signal);
  else process.exit(statuses[signal as Signal]);
}

/** A closed terminal takes no more text; the files must be written nonetheless. */
function ignoreClosedTerminal(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
}
