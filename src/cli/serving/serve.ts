import { basename, dirname } from 'node:path';
import { onceStopped } from '../signals.ts';
import { type WatchedCommand, watchedCommand } from './child/watched-command.ts';
import { isLoopback } from './http/guard.ts';
import { liveServer } from './http/live-server.ts';
import { SoFar } from './so-far.ts';

export interface Serve {
  readonly host: string;
  readonly port: number;
  /** whether other machines may reach it */
  readonly allowRemote: boolean;
  /** the folder of past runs */
  readonly root: string;
  /** a command to start and watch, with its flags */
  readonly command: readonly string[] | undefined;
  /** folder of a past run to show */
  readonly asked: string | undefined;
}

export interface Serving {
  readonly url: string;
  /** resolved once a signal has come, and the command and the server are gone */
  readonly ended: Promise<void>;
}

/**
 * Serves the live page until a signal comes.
 *
 * @throws {Error} when other machines could reach it and nobody allowed that, or the address can't be bound
 */
export async function serve(options: Serve): Promise<Serving> {
  const { host, allowRemote, command, asked } = options;
  if (!isLoopback(host) && !allowRemote)
    throw new Error(
      `host must be an address of this machine alone, such as 127.0.0.1, without --allow-remote; got '${host}'`,
    );
  const root = rootOf(options);
  const soFar = new SoFar(command ?? null, asked === undefined ? null : basename(asked));
  let watched: WatchedCommand | undefined;
  const server = await liveServer({
    ...{ host: host === 'localhost' ? '127.0.0.1' : host, port: options.port, root, soFar },
    control: (message) => soFar.ended === null && (watched?.control(message) ?? false),
  });
  if (command) watched = watchedCommand(withRuns(command, root), (message) => server.tell(message));
  const ended = onceStopped().then(async () => {
    await watched?.stop();
    await server.close();
  });
  return { url: server.url, ended };
}

/** The folder whose runs are listed: of a run that was asked for, the one that it lies in; of a command, the one that it writes to. */
function rootOf({ root, asked, command }: Serve): string {
  if (asked !== undefined) return dirname(asked);
  return command === undefined ? root : (runsOf(command) ?? root);
}

function runsOf(command: readonly string[]): string | undefined {
  const at = command.lastIndexOf('--runs');
  if (at >= 0) return command[at + 1];
  return command.findLast((word) => word.startsWith('--runs='))?.slice('--runs='.length);
}

function withRuns(command: readonly string[], root: string): readonly string[] {
  return runsOf(command) === undefined ? [...command, '--runs', root] : command;
}
