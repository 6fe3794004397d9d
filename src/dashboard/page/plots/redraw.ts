// When views draw: those on the screen in the next frame, the others when they come into view.

/** Returns what asks for a drawing of `host`. */
export function redrawer(host: Element, draw: () => void): () => void {
  let isOnScreen = false;
  let isDirty = false;
  let isAsked = false;
  const run = (): void => {
    isAsked = false;
    if (!isOnScreen || !isDirty || !host.isConnected) return;
    isDirty = false;
    draw();
  };
  const askFrame = (): void => {
    if (isAsked) return;
    isAsked = true;
    requestAnimationFrame(run);
  };
  new IntersectionObserver(
    (entries) => {
      isOnScreen = entries.at(-1)?.isIntersecting === true;
      if (isOnScreen && isDirty) askFrame();
    },
    { rootMargin: '100px' },
  ).observe(host);
  return () => {
    isDirty = true;
    if (isOnScreen) askFrame();
  };
}

/** As redrawer, of what costs little and is to be found wherever the page stands. */
export function frameRedrawer(draw: () => void): () => void {
  let isAsked = false;
  return () => {
    if (isAsked) return;
    isAsked = true;
    requestAnimationFrame(() => {
      isAsked = false;
      draw();
    });
  };
}

export interface LaidOutSize {
  readonly width: number;
  readonly height: number;
}

/**
 * The size of `host` as it was last laid out, and `onChange` when it changes: who asks for it while the page is being changed
 * has the whole page laid out at once, and again for what changes next.
 */
export function laidOutSize(host: HTMLElement, onChange: () => void): LaidOutSize {
  const size = { width: 0, height: 0 };
  new ResizeObserver(() => {
    size.width = host.clientWidth;
    size.height = host.clientHeight;
    onChange();
  }).observe(host);
  return size;
}

/** Calls `action` once nothing was asked for `waitMs`. */
export function debounced(waitMs: number, action: () => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(action, waitMs);
  };
}
