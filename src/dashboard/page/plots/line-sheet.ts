// Very many thin, see-through lines as pixels, each beneath those before it, so that the best are drawn first and the others
// follow when there is time. Smooth as Wu's lines are: what a line covers is shared between the two nearest pixels.
import { rgbOf } from './pixels.js';

/** Colours are summed with so many steps more than a pixel has: hundreds of faint layers do not grow darker by rounding. */
const DEPTH = 128;
const FULL = 255 * DEPTH;

export class LineSheet {
  readonly #image: ImageData;
  /** Red, green, blue, times their cover, and the cover itself. */
  readonly #sums: Uint16Array;
  readonly #width: number;
  readonly #height: number;
  #red = 0;
  #green = 0;
  #blue = 0;
  #cover = 0;
  #isSmooth = true;

  /** In pixels of the device; `thickness` a whole number of them. */
  constructor(
    width: number,
    height: number,
    private readonly thickness: number,
  ) {
    this.#image = new ImageData(Math.max(1, width), Math.max(1, height));
    this.#width = this.#image.width;
    this.#height = this.#image.height;
    this.#sums = new Uint16Array(4 * this.#width * this.#height);
  }

  get size(): readonly [width: number, height: number, thickness: number] {
    return [this.#width, this.#height, this.thickness];
  }

  /** Without a line, as a new one: to make it takes longer. */
  clear(): void {
    this.#sums.fill(0);
    this.#image.data.fill(0);
  }

  /** Of the lines that follow. */
  ink(color: string, alpha: number, isSmooth: boolean): void {
    this.#isSmooth = isSmooth;
    [this.#red, this.#green, this.#blue] = rgbOf(color);
    this.#cover = Math.round(alpha * 256);
  }

  line(fromX: number, fromY: number, toX: number, toY: number): void {
    if (Math.abs(toX - fromX) >= Math.abs(toY - fromY)) {
      if (fromX <= toX) this.#trace(fromX, fromY, toX, toY, false);
      else this.#trace(toX, toY, fromX, fromY, false);
    } else if (fromY <= toY) this.#trace(fromY, fromX, toY, toX, true);
    else this.#trace(toY, toX, fromY, fromX, true);
  }

  /** Along its longer side `u`; the last pixel is left to the line that goes on from there. */
  #trace(fromU: number, fromV: number, toU: number, toV: number, isSteep: boolean): void {
    const slope = toU === fromU ? 0 : (toV - fromV) / (toU - fromU);
    const first = Math.max(0, Math.round(fromU));
    const last = Math.min(isSteep ? this.#height : this.#width, Math.max(first + 1, Math.round(toU)));
    const stepU = isSteep ? this.#width : 1;
    const stepV = isSteep ? 1 : this.#width;
    const most = isSteep ? this.#width : this.#height;
    const sums = this.#sums;
    const [red, green, blue, cover, thickness] = [
      this.#red,
      this.#green,
      this.#blue,
      this.#cover,
      this.thickness,
    ];
    const isSmooth = this.#isSmooth;
    const layers = isSmooth ? thickness + 1 : thickness;
    let v = (isSmooth ? 0 : 0.5) + fromV + (first - fromU) * slope - (thickness - 1) / 2;
    for (let u = first; u < last; u++, v += slope) {
      const whole = Math.floor(v);
      const end = isSmooth ? ((v - whole) * cover) | 0 : 0;
      for (let inner = 0; inner < layers; inner++) {
        const at = 4 * (u * stepU + (whole + inner) * stepV);
        const part = inner === 0 ? cover - end : inner === thickness ? end : cover;
        if (whole + inner < 0 || whole + inner >= most) continue;
        const share = ((FULL - sums[at + 3]!) * part) >> 8;
        if (share === 0) continue;
        sums[at] = sums[at]! + ((red * share) >> 8);
        sums[at + 1] = sums[at + 1]! + ((green * share) >> 8);
        sums[at + 2] = sums[at + 2]! + ((blue * share) >> 8);
        sums[at + 3] = sums[at + 3]! + share;
      }
    }
  }

  /** In place of what stands on the canvas. */
  drawOn(context: CanvasRenderingContext2D): void {
    const { data } = this.#image;
    const sums = this.#sums;
    for (let at = 0; at < sums.length; at += 4) {
      const cover = sums[at + 3]!;
      if (cover === 0) continue;
      const scale = 256 / cover;
      data[at] = sums[at]! * scale;
      data[at + 1] = sums[at + 1]! * scale;
      data[at + 2] = sums[at + 2]! * scale;
      data[at + 3] = cover / DEPTH;
    }
    context.putImageData(this.#image, 0, 0);
  }
}
