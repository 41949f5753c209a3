import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { threadArguments } from '../../../extend.ts';
import type { LiveMessage } from '../../../report.ts';
import type { ControlMessage } from '../control-message.ts';
import { watchedBy } from './live-channel.ts';

/** bytes of standard error that are kept to say why a command failed */
const lastWords = 2000;

/** A command that runs in a process of its own, so that the page and the training do not hold each other up. */
export interface WatchedCommand {
  /** Moves its controls. @returns whether it goes on, and so can be told */
  control(message: ControlMessage): boolean;
  /** Has it stop in good order; a second call ends it at once. @returns once it is gone */
  stop(): Promise<void>;
}

/**
 * Starts a command of this program. What it prints goes to standard error.
 *
 * @param told  takes what it tells, the end last
 */
export function watchedCommand(
  args: readonly string[],
  told: (message: LiveMessage) => void,
): WatchedCommand {
  const program = import.meta.url.endsWith('.ts') ? '../../main.ts' : '../../main.js';
  const child = spawn(
    process.execPath,
    [...threadArguments(import.meta.url), fileURLToPath(new URL(program, import.meta.url)), ...args],
    {
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      env: { ...process.env, [watchedBy]: '1' },
      // a terminal's Ctrl-C would reach it twice, and a second signal ends it at once
      detached: true,
    },
  );
  let summary: unknown = null;
  let complaint = '';
  child.on('message', (message: LiveMessage) => {
    if (message.type === 'end') summary = message.end.summary;
    else told(message);
  });
  child.stdout?.on('data', (text: Buffer) => process.stderr.write(text));
  child.stderr?.on('data', (text: Buffer) => {
    process.stderr.write(text);
    complaint = (complaint + text.toString('utf8')).slice(-lastWords);
  });
  child.on('error', ({ message }) => {
    complaint += message;
  });
  const gone = new Promise<void>((resolve) => {
    child.once('close', (exitCode) => {
      const failed = exitCode !== 0 && summary === null;
      told({ type: 'end', end: { summary, exitCode, ...(failed && { complaint: complaint.trim() }) } });
      resolve();
    });
  });
  return {
    control: (message) => child.connected && child.send(message, () => {}),
    stop() {
      end(child);
      return gone;
    },
  };
}

function end(child: ChildProcess): void {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
}
