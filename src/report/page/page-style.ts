// What the page of a study needs beside the style sheet of all reports.
export const PAGE_STYLE = `
.question { font-size: 1.15rem; margin: 0 0 .5rem; }
.answer { font-size: 1.05rem; max-width: 60rem; border-left: 3px solid var(--validation); padding-left: .8rem; }
h2 small { font-weight: 400; font-size: .85rem; color: var(--quiet); }
.ranks td:nth-child(2), .ranks th:nth-child(2) { text-align: left; }
.ranks .winner td { font-weight: 600; }
.ranks .bar { width: 150px; }
.ranks circle { fill: var(--validation); }
.ranks .span { stroke: var(--validation); stroke-width: 1.6; opacity: .55; }
.common-sense td { color: var(--warn); border-top: 1px dashed var(--warn); border-bottom: 1px dashed var(--warn); }
.importance th, .facts-table th { text-align: left; font-weight: 400; }
.importance td:nth-child(2) { width: 300px; }
.importance td:last-child, .facts-table td { text-align: left; white-space: normal; overflow-wrap: anywhere; }
.quiet, .key-truth { color: var(--quiet); }
.dot { fill: var(--validation); }
.dot.stopped { fill: var(--quiet); opacity: .6; }
.best { stroke: var(--validation); stroke-width: 2; }
.curve { stroke: var(--quiet); stroke-width: 1; }
.curve.stopped { stroke-dasharray: 4 3; opacity: .55; }
.band { fill: var(--validation); opacity: .16; }
.key-band { color: var(--validation); opacity: .6; }
.key-baseline { color: var(--warn); }
.confusion th { text-align: right; }
.truth { stroke: var(--ink); stroke-width: 1; }
.baseline { stroke: var(--warn); }
svg .named { fill: var(--warn); }
pre { overflow-x: auto; padding: .7rem .9rem; border: 1px solid var(--line); font-size: .85rem; white-space: pre-wrap; overflow-wrap: anywhere; }
summary { cursor: pointer; color: var(--validation); }
code { font-size: .85rem; }
@media print { details > *:not(summary) { display: none; } section { break-inside: auto; } h2 { break-after: avoid; } }
`;
