// Colours and pixels for what is drawn by the ten thousand: a canvas strokes and fills each thing by itself, which takes it
// longer than writing the pixels.

export type Rgb = readonly [red: number, green: number, blue: number];

const known = new Map<string, Rgb>();

/** A colour of the style sheet (`#rrggbb` or `rgb(r g b)`) as numbers. */
export function rgbOf(color: string): Rgb {
  let found = known.get(color);
  if (found === undefined) {
    const hex = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(color);
    found =
      hex === null
        ? ((color.match(/[\d.]+/g) ?? []).slice(0, 3).map(Number) as unknown as Rgb)
        : [Number.parseInt(hex[1]!, 16), Number.parseInt(hex[2]!, 16), Number.parseInt(hex[3]!, 16)];
    known.set(color, found);
  }
  return found;
}

/** Opaque, as a pixel is stored. */
export function packColor(color: string): number {
  const [red, green, blue] = rgbOf(color);
  return ((255 << 24) | (blue << 16) | (green << 8) | red) >>> 0;
}

/** Squares and dashes of whole pixels, the later over the earlier. Sizes are in pixels of the device. */
export class Stamps {
  readonly #image: ImageData;
  readonly #pixels: Uint32Array;

  constructor(width: number, height: number) {
    this.#image = new ImageData(Math.max(1, Math.round(width)), Math.max(1, Math.round(height)));
    this.#pixels = new Uint32Array(this.#image.data.buffer);
  }

  /** A rectangle around a place, of at least a pixel. */
  put(x: number, y: number, width: number, height: number, color: number): void {
    const { width: columns, height: lines } = this.#image;
    const left = Math.round(x - width / 2);
    const top = Math.round(y - height / 2);
    const right = Math.min(columns, left + Math.max(1, Math.round(width)));
    const bottom = Math.min(lines, top + Math.max(1, Math.round(height)));
    const pixels = this.#pixels;
    // Of a few pixels each: a call to fill them costs more than they do.
    for (let line = Math.max(0, top); line < bottom; line++)
      for (let at = line * columns + Math.max(0, left), end = line * columns + right; at < end; at++)
        pixels[at] = color;
  }

  /** In place of what is drawn there. */
  replaceOn(context: CanvasRenderingContext2D, left: number, top: number): void {
    context.putImageData(this.#image, Math.round(left), Math.round(top));
  }

  /** Over what is drawn already; `left`, `top` in pixels of the device. */
  drawOn(context: CanvasRenderingContext2D, left: number, top: number): void {
    const sheet = new OffscreenCanvas(this.#image.width, this.#image.height);
    sheet.getContext('2d')!.putImageData(this.#image, 0, 0);
    context.save();
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.drawImage(sheet, left, top);
    context.restore();
  }
}
