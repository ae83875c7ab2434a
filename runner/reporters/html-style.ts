import type { Outcome } from '../result.ts';

/** Colors by name for both schemes; their contrast with the background is at least WCAG's 4.5 : 1. */
const light = `--page:#fff;--text:#1c1f24;--soft:#5a626d;--line:#d5d9df;--card:#f6f7f9;--client:#e5effc;--server:#eeeff2;
--bad:#b3142b;--badcard:#fdecee;--good:#116329;--goodcard:#e8f5ec;--odd:#7a4b00;--oddcard:#fdf3dc;--link:#0b57c2;--skip:#3f5b73;--err:#7b2d96;--errcard:#f7ecfa`;
const dark = `--page:#14171c;--text:#e4e7ec;--soft:#a2abb8;--line:#383f4a;--card:#1c2027;--client:#173352;--server:#262b34;
--bad:#ff8f9c;--badcard:#3a1a20;--good:#67d482;--goodcard:#16301f;--odd:#f0bd5c;--oddcard:#35290f;--link:#8ab8ff;--skip:#9fbbd4;--err:#dd9ff5;--errcard:#2f1d37`;

const frame = `
:root{color-scheme:light dark;${light}}
@media (prefers-color-scheme:dark){:root{${dark}}}
*{box-sizing:border-box}
[hidden]{display:none!important}
body{margin:0 auto;padding:1.2rem;max-width:68rem;background:var(--page);color:var(--text);font:1rem/1.5 system-ui,sans-serif;overflow-wrap:break-word}
h1{font-size:1.6rem;line-height:1.25;margin:0 0 .3rem}h2{font-size:1.25rem;margin:2rem 0 .5rem}h3{font-size:1.05rem;line-height:1.4;margin:0}
h4{font-size:.8rem;letter-spacing:.03em;color:var(--soft);margin:.8rem 0 .2rem}
p{margin:.35rem 0}a{color:var(--link)}pre,code{font-family:ui-monospace,Menlo,Consolas,monospace;font-size:.85rem}
pre{margin:.3rem 0;white-space:pre-wrap;overflow-wrap:anywhere;tab-size:2}
ul{padding-left:1.2rem;margin:.3rem 0}
.skip{position:absolute;left:-100rem}.skip:focus{position:static}
.place,.time,.run,.at,footer,.references,.number{color:var(--soft);font-size:.85rem;font-weight:normal}
:focus-visible{outline:2px solid var(--link);outline-offset:1px}
summary{cursor:pointer}
summary h2,summary h3{display:inline}
`;

const header = `
header{border-left:6px solid var(--line);padding:.2rem 0 .2rem 1rem}
header.passed{border-color:var(--good)}header.failed{border-color:var(--bad)}header.errored{border-color:var(--err)}header.warning{border-color:var(--odd)}
.bar{display:block;width:100%;height:.5rem;margin:.6rem 0 .4rem;border-radius:.25rem}
.bar .passed{fill:var(--good)}.bar .failed{fill:var(--bad)}.bar .errored,.bar .blocked{fill:var(--err)}
.bar .warning,.bar .known,.bar .flaky{fill:var(--odd)}.bar .skipped,.bar .not_run{fill:var(--line)}
.counts{list-style:none;padding:0;display:flex;flex-wrap:wrap;gap:.1rem 1rem}
.passed>b,.passed .mark,.verdict.passed{color:var(--good)}
.failed>b,.failed .mark,.verdict.failed,.shortfall{color:var(--bad)}
.errored>b,.errored .mark,.verdict.errored,.blocked>b,.blocked .mark{color:var(--err)}
.warning>b,.warning .mark,.verdict.warning,.known>b,.known .mark,.flaky>b,.flaky .mark{color:var(--odd)}
.skipped>b,.skipped .mark,.not_run>b,.not_run .mark{color:var(--skip)}
.severity{display:inline-block;border:1px solid;border-radius:.3rem;padding:0 .4rem;font-size:.75rem;font-weight:bold;text-transform:uppercase;letter-spacing:.03em;white-space:nowrap}
.severity.critical{background:var(--bad);color:var(--page);border-color:var(--bad)}.severity.high{color:var(--bad)}
.severity.medium{color:var(--odd)}.severity.low,.severity.info{color:var(--skip)}
.warned,.help{background:var(--oddcard);border-radius:4px;padding:.2rem .5rem}
table{border-collapse:collapse;width:100%;margin:.5rem 0;font-size:.9rem}
th,td{text-align:left;vertical-align:top;padding:.3rem .8rem .3rem 0;border-top:1px solid var(--line)}
thead th{border:0;color:var(--soft);font-size:.8rem}
.tested{margin-top:1.5rem}
`;

const causes = `
.cause{border:1px solid var(--line);border-left:6px solid var(--skip);border-radius:6px;padding:.8rem 1rem;margin:.8rem 0}
.cause.critical,.cause.high{border-left-color:var(--bad)}.cause.medium{border-left-color:var(--odd)}
.cause h3 .severity{vertical-align:.1em}
.fix{background:var(--goodcard);border-radius:4px;padding:.4rem .7rem;margin:.6rem 0}.fix h4{color:var(--good);margin:0}
.exchange,.log{background:var(--card);border-radius:4px;padding:.35rem .6rem}
.members{margin:.6rem 0}.members ul ul{list-style:none;padding-left:.6rem}
.titles{list-style:none;padding:0}
`;

const scenarios = `
.filters{display:none}
@supports selector(:has(*)){.filters,.filters[hidden]{display:block!important;margin:2rem 0 0}}
fieldset{border:0;padding:0;margin:.3rem 0;display:flex;flex-wrap:wrap;gap:.3rem;align-items:center}
legend{float:left;margin-right:.5rem;min-width:5rem;font-weight:bold}
fieldset label{border:1px solid var(--line);border-radius:1rem;padding:.1rem .7rem;cursor:pointer}
label:has(:checked){background:var(--client);border-color:var(--link)}
label:has(:focus-visible){outline:2px solid var(--link);outline-offset:1px}
input[type=radio]{margin:0 .2rem 0 0;accent-color:var(--link)}
.search{display:flex;flex-wrap:wrap;gap:.3rem .6rem;align-items:center;margin:.4rem 0}.search label{font-weight:bold;min-width:5rem}
.search input{flex:1 1 14rem;max-width:28rem;font:inherit;padding:.25rem .5rem;border:1px solid var(--soft);border-radius:4px;background:var(--page);color:var(--text)}
button{font:inherit;font-size:.85rem;color:var(--text);background:var(--card);border:1px solid var(--soft);border-radius:4px;padding:.1rem .6rem;cursor:pointer}
.tools{display:flex;flex-wrap:wrap;gap:.4rem;margin:.4rem 0}
output{color:var(--soft);font-size:.85rem}
details.suite{border:1px solid var(--line);border-radius:6px;padding:.5rem .8rem;margin:.4rem 0}
.sums{font-size:.9rem}details.suite .sums{float:right;margin-left:1rem}
.fold>summary{padding:.2rem 0}
.scenario{border:1px solid var(--line);border-left-width:4px;border-radius:4px;margin:.4rem 0}
.scenario.passed{border-left-color:var(--good)}.scenario.failed{border-left-color:var(--bad)}.scenario.errored,.scenario.blocked{border-left-color:var(--err)}
.scenario.warning,.scenario.known,.scenario.flaky{border-left-color:var(--odd)}.scenario.skipped,.scenario.not_run{border-left-color:var(--skip)}
.scenario>summary{padding:.4rem .6rem}
.scenario>summary:hover{background:var(--card)}
.scenario:target{outline:2px solid var(--link)}
.mark{font-weight:bold;font-size:.8rem;white-space:nowrap}.name{font-weight:600}
.tag{border:1px solid var(--line);border-radius:3px;padding:0 .3rem;color:var(--soft)}
.why{display:block;color:var(--soft);font-size:.9rem}.scenario[open]>summary .why{display:none}
.body{padding:.2rem .8rem .8rem}
.description{white-space:pre-line}
.facts{display:flex;flex-wrap:wrap;gap:.1rem 1.2rem;margin:.2rem 0 .6rem;font-size:.85rem}
.facts div{display:flex;gap:.3rem;max-width:100%}.facts dt{color:var(--soft)}.facts dd{margin:0;min-width:0}
.remedy{background:var(--goodcard);border-radius:4px;padding:.2rem .5rem}
`;

const dialogue = `
.dialogue{list-style:none;padding:0;margin:.4rem 0;display:flex;flex-direction:column;gap:.3rem}
.dialogue li{max-width:100%}
.dialogue .client,.dialogue .server{display:grid;grid-template-columns:5.5rem 1.2rem minmax(0,1fr);column-gap:.4rem;align-items:baseline}
.client b,.server b{display:block;font-size:.8rem;color:var(--soft)}
.client div,.server div{grid-column:3;min-width:0}.server div{margin-left:2rem}
.client .at,.server .at{grid-column:1;text-align:right}
.client abbr,.server abbr{grid-column:2;grid-row:1;text-decoration:none;font-weight:bold}
.said{margin:0}
.client .said,.server .said{width:fit-content;border-radius:.6rem;padding:.2rem .6rem;max-width:100%}
.client .said{background:var(--client);border-top-left-radius:0}
.server .said{background:var(--server);border-top-left-radius:0}
.decoded{color:var(--soft);font-style:italic}
.end{color:var(--soft);font-size:.7rem}
.dialogue .note{color:var(--soft);font-size:.85rem;display:flex;flex-wrap:wrap;gap:.4rem;overflow-wrap:anywhere}.note .said{min-width:0}
.note .at{width:5.5rem;text-align:right}
.problem{background:var(--badcard);border:1px solid var(--bad);border-radius:4px;padding:.4rem .6rem;margin:.2rem 0;min-width:0}
.warning .problem,.known .problem,.flaky .problem{background:var(--oddcard);border-color:var(--odd)}
.errored .problem{background:var(--errcard);border-color:var(--err)}
.frame{overflow-x:auto;white-space:pre;overflow-wrap:normal}
.rerun{display:flex;flex-wrap:wrap;gap:.2rem .5rem;align-items:center}
.rerun code{background:var(--card);padding:.1rem .3rem;border-radius:3px;max-width:100%;white-space:pre-wrap;overflow-wrap:anywhere}
.rerun code,.fix code{user-select:all}
.near{display:flex;flex-wrap:wrap;gap:.2rem 1.2rem;font-size:.9rem;margin-top:.6rem}
`;

/** For phones: one column, with rows of tables as cards. */
const narrow = `
@media (max-width:40rem){
body{padding:.7rem}header{padding-left:.7rem}h1{font-size:1.35rem}.cause{padding:.6rem .7rem}
.dialogue .client,.dialogue .server{grid-template-columns:1.2rem minmax(0,1fr)}
.client .at,.server .at{grid-column:1/3;grid-row:1;text-align:left;padding-left:1.6rem}
.client abbr,.server abbr{grid-column:1;grid-row:1}
.client div,.server div{grid-column:1/3;grid-row:2}.server div{margin-left:1.6rem}.note .at{width:auto}
legend{float:none;width:100%}.search label{width:100%}
details.suite .sums{float:none;display:block;margin:0}
thead{position:absolute;left:-100rem}tr,th[scope=row],td{display:block}tr{border-top:1px solid var(--line);padding:.3rem 0}
th,td{border:0;padding:0}td[data-name]:not(:empty)::before{content:attr(data-name) ": ";color:var(--soft)}td[data-name=Product]::before{content:none!important}}
`;

/** For printing: what was tested and what is expanded, without controls; links with their addresses. */
const paper = `
@media print{body{max-width:none;font-size:10pt}.filters,.filters[hidden],.skip,button,.near{display:none!important}.scenario,.cause{break-inside:avoid-page}
.said,.problem,.log,.warned,.fix,.exchange{border:1px solid #999}summary{list-style:none}.rerun code,.frame{white-space:pre-wrap}a{color:inherit;text-decoration:none}
.fix a::after{content:" (" attr(href) ")";overflow-wrap:anywhere}.tested::details-content{content-visibility:visible}}
`;

export const style = `${frame}${header}${causes}${scenarios}${dialogue}${narrow}${paper}`;

/** Rules that hide entries by the chosen radio buttons. A suite and its groups disappear with their last scenario. */
export function filterRules(shown: readonly Outcome[], tags: number): string {
  const chosen = [
    ...shown.map((outcome) => ({ id: `status-${outcome}`, of: outcome as string })),
    ...Array.from({ length: tags }, (_, at) => ({ id: `tag-${at}`, of: `t${at}` })),
  ];
  return chosen
    .map(
      ({ id, of }) =>
        `body:has(#${id}:checked) :is(.scenario:not(.${of}),:is(.suite,.fold):not(:has(.scenario.${of}))){display:none}\n`,
    )
    .join('');
}
