/** The message ports of `node:worker_threads`, over those of a page: what the library uses of them, and no more. */

type Listener = (value: unknown) => void;

/** What one end tells the other when it closes: a page's ports say nothing by themselves. */
const farewell = '\u0000closed';

/** A port as Node has it: values, not events, and a `close` at both ends. */
export class MessagePort {
  /** a page's port, which alone can be sent to a worker */
  readonly bare: globalThis.MessagePort;
  private readonly listeners = new Map<string, Set<Listener>>();
  private open = true;

  constructor(bare: globalThis.MessagePort) {
    this.bare = bare;
  }

  on(event: string, listener: Listener): this {
    const all = this.listeners.get(event) ?? new Set();
    this.listeners.set(event, all.add(listener));
    if (this.bare.onmessage === null) this.bare.onmessage = ({ data }) => this.hear(data);
    return this;
  }

  once(event: string, listener: Listener): this {
    const first: Listener = (value) => {
      this.off(event, first);
      listener(value);
    };
    return this.on(event, first);
  }

  off(event: string, listener: Listener): this {
    this.listeners.get(event)?.delete(listener);
    return this;
  }

  postMessage(value: unknown, transfer: Transferable[] = []): void {
    if (this.open) this.bare.postMessage(value, transfer);
  }

  close(): void {
    if (!this.open) return;
    this.bare.postMessage(farewell);
    this.end();
  }

  private hear(value: unknown): void {
    if (!this.open) return;
    if (value === farewell) this.end();
    else this.tell('message', value);
  }

  private end(): void {
    this.open = false;
    this.bare.close();
    queueMicrotask(() => this.tell('close', undefined));
  }

  private tell(event: string, value: unknown): void {
    for (const listener of [...(this.listeners.get(event) ?? [])]) listener(value);
  }
}

export class MessageChannel {
  readonly port1: MessagePort;
  readonly port2: MessagePort;

  constructor() {
    const { port1, port2 } = new globalThis.MessageChannel();
    this.port1 = new MessagePort(port1);
    this.port2 = new MessagePort(port2);
  }
}

/** The number of this thread, as whoever started it named it: 0 for one that nobody did. */
export const threadId = Number(
  (globalThis as { readonly name?: string }).name?.match(/^device (\d+)$/)?.[1] ?? 0,
);
