// The style sheet of a report's page: light and dark by the reader's setting, black on white in print.
export const REPORT_STYLE = `
:root { color-scheme: light dark; --ink: #1c2128; --quiet: #5b6470; --paper: #ffffff; --line: #d9dee4; --training: #c2570c; --validation: #0b63b0; --warn: #8a4b00; --warn-paper: #fff4e0; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e9ed; --quiet: #a2abb6; --paper: #14171b; --line: #363c44; --training: #f2994a; --validation: #62aef0; --warn: #ffca80; --warn-paper: #3a2a10; } }
@media print { :root { --ink: #000000; --quiet: #333333; --paper: #ffffff; --line: #bbbbbb; --training: #a04000; --validation: #004a90; --warn: #000000; --warn-paper: #ffffff; } figure, tr { break-inside: avoid; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1.5rem; max-width: 76rem; background: var(--paper); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.6rem; line-height: 1.2; margin: 0 0 .75rem; }
h2 { font-size: 1.15rem; margin: 2rem 0 .5rem; }
.warning { margin: .75rem 0; padding: .6rem .9rem; border: 1px solid var(--warn); background: var(--warn-paper); color: var(--warn); font-weight: 600; }
.facts, figcaption, li { color: var(--quiet); }
.wide { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: .3rem .6rem; border-bottom: 1px solid var(--line); text-align: right; white-space: nowrap; }
th { white-space: normal; vertical-align: bottom; font-size: .85rem; }
th:first-child, td:first-child { text-align: left; }
.charts { display: grid; grid-template-columns: repeat(auto-fill, minmax(20rem, 1fr)); gap: 1rem; }
figure { margin: 0 0 1rem; }
figcaption { font-size: .9rem; }
figcaption b { color: var(--ink); }
svg { display: block; width: 100%; height: auto; }
svg text { font: 11px system-ui, sans-serif; fill: var(--quiet); }
svg path { fill: none; }
.grid { stroke: var(--line); stroke-width: .6; }
.axis { stroke: var(--quiet); }
.training { fill: var(--training); }
.validation { stroke: var(--validation); stroke-width: 2; }
.series { stroke: var(--validation); stroke-width: 1; stroke-linejoin: round; }
.baseline { stroke: var(--quiet); stroke-dasharray: 5 4; }
.key-training { color: var(--training); }
.key-validation { color: var(--validation); }
`;
