// Colours of what is drawn on a canvas: those of the style sheet, read anew when the page turns light or dark.

import type { Rgb } from './pixels.js';

export interface Ink {
  readonly text: string;
  readonly quiet: string;
  readonly line: string;
  readonly veil: string;
  readonly paper: string;
  readonly accent: string;
  readonly dim: string;
  readonly baseline: string;
  readonly failed: string;
  readonly running: string;
  readonly isDark: boolean;
}

const NAMES = [
  'text',
  'quiet',
  'line',
  'veil',
  'paper',
  'accent',
  'dim',
  'baseline',
  'failed',
  'running',
] as const;
let known: Ink | null = null;
const listeners = new Set<() => void>();

export function ink(): Ink {
  if (known !== null) return known;
  const style = getComputedStyle(document.documentElement);
  const colors = Object.fromEntries(NAMES.map((name) => [name, style.getPropertyValue(`--${name}`).trim()]));
  known = { ...colors, isDark: style.getPropertyValue('--is-dark').trim() === '1' } as Ink;
  return known;
}

/** Called when colours changed; returns how to stop. */
export function onTheme(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function forget(): void {
  known = null;
  for (const listener of listeners) listener();
}
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', forget);

const THEME = 'sweep-theme';
const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

export function readTheme(): Theme {
  const stored = localStorage.getItem(THEME);
  return THEMES.find((theme) => theme === stored) ?? 'system';
}

export function chooseTheme(theme: Theme): void {
  localStorage.setItem(THEME, theme);
  applyTheme();
}

export function applyTheme(): void {
  document.documentElement.dataset.theme = readTheme();
  forget();
}

/** From poor (0) to good (1): from grey to the accent, so that what is good stands out, in one hue that all eyes tell apart. */
export function rampColor(share: number): string {
  const { isDark } = ink();
  // Few enough that each is made once.
  const step = Math.round(Math.min(1, Math.max(0, share)) * RAMP_STEPS);
  const colors = isDark ? rampDark : rampLight;
  colors[step] ??= mixRamp(isDark ? RAMP_DARK : RAMP_LIGHT, step / RAMP_STEPS);
  return colors[step];
}
const RAMP_STEPS = 255;
const rampLight: string[] = [];
const rampDark: string[] = [];

function mixRamp(stops: readonly Rgb[], share: number): string {
  const at = share * (stops.length - 1);
  const low = Math.min(stops.length - 2, Math.floor(at));
  const mix = at - low;
  const [from, to] = [stops[low]!, stops[low + 1]!];
  const channel = (place: number): number => Math.round(from[place]! + mix * (to[place]! - from[place]!));
  return `rgb(${channel(0)} ${channel(1)} ${channel(2)})`;
}

const RAMP_LIGHT: readonly Rgb[] = [
  [214, 212, 205],
  [158, 180, 199],
  [84, 140, 190],
  [16, 92, 168],
  [6, 45, 100],
];
const RAMP_DARK: readonly Rgb[] = [
  [62, 66, 72],
  [66, 96, 128],
  [74, 134, 196],
  [118, 184, 250],
  [222, 240, 255],
];

/** Of a few lines that are compared: Okabe and Ito's, which the colour-blind tell apart. */
export function lineColor(place: number): string {
  const colors = ink().isDark ? LINES_DARK : LINES_LIGHT;
  return colors[place % colors.length]!;
}
const LINES_LIGHT = ['#0b5cad', '#c2571a', '#007a5a', '#a83f83', '#8a6d00', '#2c8fc4', '#5b5b5b'];
const LINES_DARK = ['#6cb2f7', '#f0954f', '#3cc79d', '#e58fc2', '#d9c04a', '#9fd8f7', '#bdbdbd'];
