import type { Outcome } from '../result.ts';

/** Colours by name for both schemes; their contrast with what is behind them is at least WCAG's 4.5 : 1. */
const light = `--page:#fff;--text:#1c1f24;--soft:#5a626d;--line:#d5d9df;--card:#f6f7f9;--client:#e5effc;--server:#eeeff2;
--bad:#b3142b;--badcard:#fdecee;--good:#116329;--odd:#7a4b00;--oddcard:#fdf3dc;--link:#0b57c2;--skip:#3f5b73;--err:#7b2d96`;
const dark = `--page:#14171c;--text:#e4e7ec;--soft:#a2abb8;--line:#383f4a;--card:#1c2027;--client:#173352;--server:#262b34;
--bad:#ff8f9c;--badcard:#3a1a20;--good:#67d482;--odd:#f0bd5c;--oddcard:#35290f;--link:#8ab8ff;--skip:#9fbbd4;--err:#dd9ff5`;

export const style = `
:root{color-scheme:light dark;${light}}
@media (prefers-color-scheme:dark){:root{${dark}}}
*{box-sizing:border-box}
body{margin:0 auto;padding:1rem;max-width:70rem;background:var(--page);color:var(--text);font:1rem/1.5 system-ui,sans-serif;overflow-wrap:anywhere}
h1{font-size:1.5rem;margin:.2em 0}h2{font-size:1.1rem;margin:1.5em 0 .4em}h4{font-size:.9rem;margin:.8em 0 .2em}
p{margin:.3em 0}a{color:var(--link)}pre,code{font-family:ui-monospace,monospace;font-size:.85rem}
pre{margin:.3em 0;white-space:pre-wrap;overflow-wrap:anywhere;tab-size:2}
ul{padding-left:1.2rem;margin:.3em 0}
.place,.time,.run,.at,footer,.references,.number{color:var(--soft);font-size:.85rem;font-weight:normal}
.counts{list-style:none;padding:0;display:flex;flex-wrap:wrap;gap:.3rem 1rem}
.passed>b,.passed .mark,.verdict.passed{color:var(--good)}
.failed>b,.failed .mark,.verdict.failed{color:var(--bad)}
.errored>b,.errored .mark,.verdict.errored,.blocked>b,.blocked .mark,p.blocked{color:var(--err)}
.warning>b,.warning .mark,.verdict.warning,.known>b,.known .mark,.flaky>b,.flaky .mark{color:var(--odd)}
.skipped>b,.skipped .mark,.not_run>b,.not_run .mark{color:var(--skip)}
.failures li{margin:.3em 0}
.filters{display:none}
@supports selector(:has(*)){.filters,.filters[hidden]{display:block;margin:1em 0}}
fieldset{border:0;padding:0;margin:.3em 0;display:flex;flex-wrap:wrap;gap:.3rem;align-items:center}
legend{float:left;margin-right:.5rem;min-width:5rem;font-weight:bold}
label{border:1px solid var(--line);border-radius:1rem;padding:.1rem .7rem;cursor:pointer}
label:has(:checked){background:var(--client);border-color:var(--link)}
label:has(:focus-visible){outline:2px solid var(--link);outline-offset:1px}
input{margin:0 .2rem 0 0;accent-color:var(--link)}
.suite{border-top:1px solid var(--line)}
.scenario{border:1px solid var(--line);border-left-width:4px;border-radius:4px;margin:.4rem 0}
.scenario.passed{border-left-color:var(--good)}.scenario.failed{border-left-color:var(--bad)}.scenario.errored,.scenario.blocked{border-left-color:var(--err)}
.scenario.warning,.scenario.known,.scenario.flaky{border-left-color:var(--odd)}.scenario.skipped,.scenario.not_run{border-left-color:var(--skip)}
summary{padding:.4rem .6rem;cursor:pointer}
summary:hover{background:var(--card)}
:focus-visible{outline:2px solid var(--link);outline-offset:1px}
.mark{font-weight:bold;font-size:.8rem;white-space:nowrap}.name{font-weight:600}
.tag{border:1px solid var(--line);border-radius:3px;padding:0 .3rem;font-size:.8rem;color:var(--soft)}
.why{display:block;color:var(--soft);font-size:.9rem}
.body{padding:.2rem .8rem .8rem}
.description{white-space:pre-line}
.facts{display:flex;flex-wrap:wrap;gap:.1rem 1.2rem;margin:.2rem 0 .6rem;font-size:.85rem}
.facts div{display:flex;gap:.3rem}.facts dt{color:var(--soft)}.facts dd{margin:0}
.warned,.help{background:var(--oddcard);border-radius:4px;padding:.2rem .5rem}
.dialogue{list-style:none;padding:0;margin:.4rem 0;display:flex;flex-direction:column;gap:.3rem}
.dialogue li{max-width:100%}
.client,.server{display:grid;grid-template-columns:5.5rem 1.2rem minmax(0,1fr);column-gap:.4rem;align-items:baseline}
.client b,.server b{display:block;font-size:.8rem;color:var(--soft)}
.client div,.server div{grid-column:3;min-width:0}.server div{margin-left:2rem}
.client .at,.server .at{grid-column:1;text-align:right}
.client abbr,.server abbr{grid-column:2;grid-row:1;text-decoration:none;font-weight:bold}
.said{margin:0}
.client .said,.server .said{width:fit-content;border-radius:.6rem;padding:.2rem .6rem;max-width:100%}
.client .said{background:var(--client);border-top-left-radius:0}
.server .said{background:var(--server);border-top-left-radius:0}
.end{color:var(--soft);font-size:.7rem}
.dialogue .note{color:var(--soft);font-size:.85rem;display:flex;flex-wrap:wrap;gap:.4rem}
.note .at{width:5.5rem;text-align:right}
.problem{background:var(--badcard);border:1px solid var(--bad);border-radius:4px;padding:.4rem .6rem;margin:.2rem 0}
.warning .problem,.known .problem,.flaky .problem{background:var(--oddcard);border-color:var(--odd)}
.frame{overflow-x:auto;white-space:pre;overflow-wrap:normal}
.log{background:var(--card);border-radius:4px;padding:.3rem .5rem}
.rerun code{background:var(--card);padding:.1rem .3rem;border-radius:3px;user-select:all}
@media (max-width:40rem){
body{padding:.6rem}.client,.server{grid-template-columns:1.2rem minmax(0,1fr)}
.client .at,.server .at{grid-column:1/3;grid-row:1;text-align:left;padding-left:1.6rem}
.client abbr,.server abbr{grid-column:1;grid-row:1}
.client div,.server div{grid-column:1/3;grid-row:2}.server div{margin-left:1.6rem}.note .at{width:auto}
legend{float:none;width:100%}}
@media print{body{max-width:none;font-size:10pt}.filters,.filters[hidden]{display:none}.scenario{break-inside:avoid-page}.said,.problem,.log,.warned{border:1px solid #999}summary{list-style:none}}
`;

/** What the chosen radio buttons hide. A suite goes with the last of its scenarios. */
export function filterRules(shown: readonly Outcome[], tags: number): string {
  const chosen = [
    ...shown.map((outcome) => ({ id: `status-${outcome}`, of: outcome as string })),
    ...Array.from({ length: tags }, (_, at) => ({ id: `tag-${at}`, of: `t${at}` })),
  ];
  return chosen
    .map(
      ({ id, of }) =>
        `body:has(#${id}:checked) :is(.scenario:not(.${of}),.suite:not(:has(.scenario.${of}))){display:none}\n`,
    )
    .join('');
}
