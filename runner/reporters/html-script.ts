/**
 * The page's only script, identified by its hash in the page's policy, so that nothing from a server or a scenario can
 * run. It adds what style sheets cannot do: the search, expanding what is linked to, and printing what did not pass.
 * Without it, for example under Jenkins' policy, everything can still be read and filtered.
 */
export const script = `
(() => {
const all = (selector) => [...document.querySelectorAll(selector)];
const scenarios = all('.scenario');
const groups = all('details.fold');
const field = document.querySelector('#search');
if (field) {
const found = document.querySelector('#found');
const text = new Map();
const textOf = (each) => {
  if (!text.has(each)) {
    const suite = each.closest('.suite');
    const name = suite ? suite.querySelector('h3').parentElement.textContent : '';
    text.set(each, (each.textContent + ' ' + name).toLowerCase());
  }
  return text.get(each);
};
const wasOpen = new Map(groups.map((each) => [each, each.open]));
// The classes that the chosen radio buttons want: \`failed\`, \`t3\`.
const wanted = () => all('.filters input:checked').filter(({ id }) => !id.endsWith('-all'))
  .map(({ id }) => id.replace(/^status-/, '').replace(/^tag-/, 't'));
const apply = () => {
  const words = field.value.toLowerCase().split(/\\s+/).filter(Boolean);
  const classes = wanted();
  const suites = new Set();
  let count = 0;
  for (const each of scenarios) {
    const fits = words.every((word) => textOf(each).includes(word));
    if (each.hidden === fits) each.hidden = !fits;
    if (!fits) continue;
    for (let fold = each.closest('.fold'); fold; fold = fold.parentElement.closest('.fold')) suites.add(fold);
    if (classes.every((name) => each.classList.contains(name))) count++;
  }
  const narrowed = words.length + classes.length > 0;
  for (const each of groups) {
    each.hidden = !suites.has(each);
    each.open = narrowed || wasOpen.get(each);
  }
  found.textContent = count + (count === 1 ? ' scenario' : ' scenarios');
};
let due;
field.addEventListener('input', () => { clearTimeout(due); due = setTimeout(apply, 120); });
document.querySelector('.filters').addEventListener('change', apply);
document.querySelector('.filters').addEventListener('submit', (event) => event.preventDefault());
document.querySelector('.search').hidden = false;
document.addEventListener('keydown', (event) => {
  if (event.key === '/' && !/^(?:INPUT|TEXTAREA)$/.test(document.activeElement.tagName) && !event.ctrlKey && !event.metaKey && !event.altKey) {
    event.preventDefault();
    field.focus();
  }
});
}
const show = () => {
  const target = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!target) return;
  for (let each = target; each; each = each.parentElement) if (each.tagName === 'DETAILS') each.open = true;
  target.scrollIntoView();
};
addEventListener('hashchange', show);
show();
const opened = [];
addEventListener('beforeprint', () => {
  for (const each of all('.scenario.failed:not([open]), .scenario.errored:not([open]), .tested:not([open])')) {
    each.open = true;
    opened.push(each);
  }
});
addEventListener('afterprint', () => { for (const each of opened.splice(0)) each.open = false; });
})();
`;
