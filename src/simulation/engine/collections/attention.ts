/** Devices that must be looked at because something has changed for them: first in, first out, each once. */
export class Attention {
  private readonly devices: Int32Array;
  private readonly waiting: Uint8Array;
  private first = 0;
  private count = 0;

  constructor(devices: number) {
    this.devices = new Int32Array(devices);
    this.waiting = new Uint8Array(devices);
  }

  add(device: number): void {
    if (this.waiting[device] === 1) return;
    this.waiting[device] = 1;
    const at = this.first + this.count++;
    this.devices[at < this.devices.length ? at : at - this.devices.length] = device;
  }

  /** The next one, −1 where there is none. */
  take(): number {
    if (this.count === 0) return -1;
    const device = this.devices[this.first];
    this.first = this.first + 1 < this.devices.length ? this.first + 1 : 0;
    this.count--;
    this.waiting[device] = 0;
    return device;
  }
}
