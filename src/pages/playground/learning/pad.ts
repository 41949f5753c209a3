const side = 28;
/** MNIST's digits fill a square of this side, and their centre of mass is in the middle of the picture */
const box = 20;

/** A pad to draw a digit on, by mouse, pen or finger. */
export class Pad {
  private readonly canvas: HTMLCanvasElement;
  private readonly pen: CanvasRenderingContext2D;
  /** whether what it shows was drawn on it, and not shown from elsewhere */
  private drawn = false;

  /** @param changed  is told the picture, as a digit of MNIST, whenever a stroke has grown  [784] */
  constructor(canvas: HTMLCanvasElement, changed: (pixels: Uint8Array) => void) {
    const pen = canvas.getContext('2d', { willReadFrequently: true });
    if (pen === null) throw new Error('a page needs a canvas to draw on; got none');
    this.canvas = canvas;
    this.pen = pen;
    this.clear();
    canvas.addEventListener('pointerdown', (event) => {
      canvas.setPointerCapture(event.pointerId);
      if (!this.drawn) this.clear();
      this.drawn = true;
      pen.beginPath();
      pen.moveTo(...this.at(event));
      this.stroke(event);
    });
    canvas.addEventListener('pointermove', (event) => {
      if (canvas.hasPointerCapture(event.pointerId)) this.stroke(event);
    });
    canvas.addEventListener('pointerup', () => changed(this.picture()));
  }

  clear(): void {
    this.drawn = false;
    this.pen.fillStyle = '#000';
    this.pen.fillRect(0, 0, this.canvas.width, this.canvas.height);
  }

  /** Shows a picture of 28 × 28. */
  show(pixels: ArrayLike<number>): void {
    this.drawn = false;
    const size = this.canvas.width / side;
    for (let i = 0; i < side * side; i++) {
      const grey = pixels[i];
      this.pen.fillStyle = `rgb(${grey} ${grey} ${grey})`;
      this.pen.fillRect((i % side) * size, Math.floor(i / side) * size, size, size);
    }
  }

  private at({ offsetX, offsetY }: PointerEvent): [number, number] {
    const scale = this.canvas.width / this.canvas.clientWidth;
    return [offsetX * scale, offsetY * scale];
  }

  private stroke(event: PointerEvent): void {
    const { pen } = this;
    pen.strokeStyle = '#fff';
    pen.lineWidth = this.canvas.width / 13;
    pen.lineCap = pen.lineJoin = 'round';
    pen.lineTo(...this.at(event));
    pen.stroke();
  }

  /** What is drawn, of the size and at the place of a digit of MNIST. */
  private picture(): Uint8Array {
    const { width, height } = this.canvas;
    const { data } = this.pen.getImageData(0, 0, width, height);
    const [xs, ys] = [[] as number[], [] as number[]];
    let [x, y, mass] = [0, 0, 0];
    for (let i = 0; i < width * height; i++) {
      const grey = data[4 * i];
      if (grey < 32) continue;
      const [column, row] = [i % width, Math.floor(i / width)];
      xs.push(column);
      ys.push(row);
      x += grey * column;
      y += grey * row;
      mass += grey;
    }
    if (mass === 0) return new Uint8Array(side * side);
    const least = (all: readonly number[]): number => all.reduce((one, other) => Math.min(one, other));
    const most = (all: readonly number[]): number => all.reduce((one, other) => Math.max(one, other));
    const extent = Math.max(most(xs) - least(xs), most(ys) - least(ys), 1);
    const scale = box / extent;
    const small = new OffscreenCanvas(side, side).getContext('2d');
    if (small === null) return new Uint8Array(side * side);
    small.fillRect(0, 0, side, side);
    small.imageSmoothingQuality = 'high';
    small.setTransform(scale, 0, 0, scale, side / 2 - (scale * x) / mass, side / 2 - (scale * y) / mass);
    small.drawImage(this.canvas, 0, 0);
    const pixels = small.getImageData(0, 0, side, side).data;
    return Uint8Array.from({ length: side * side }, (_, i) => pixels[4 * i]);
  }
}
