/**
 * The page's only script, identified by its hash in the page's policy, so that nothing from a server or a scenario can
 * run. It adds what style sheets cannot do: the search, expanding everything or what is linked to, copying commands, and
 * printing what did not pass.
 * Without it, for example under Jenkins' policy, everything can still be read and filtered.
 */
export const script = `
(() => {
const all = (selector) => [...document.querySelectorAll(selector)];
const scenarios = all('.scenario');
const groups = all('details.fold');
const field = document.querySelector('#search');
let showAll = () => {};
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
let wasOpen;
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
  if (narrowed) wasOpen ??= new Map(groups.map((each) => [each, each.open]));
  for (const each of groups) {
    each.hidden = !suites.has(each);
    if (wasOpen) each.open = narrowed || wasOpen.get(each);
  }
  if (!narrowed) wasOpen = undefined;
  found.textContent = count + (count === 1 ? ' scenario' : ' scenarios');
};
let due;
field.addEventListener('input', () => { clearTimeout(due); due = setTimeout(apply, 120); });
document.querySelector('.filters').addEventListener('change', apply);
document.querySelector('.filters').addEventListener('submit', (event) => event.preventDefault());
showAll = () => {
  field.value = '';
  for (const each of all('.filters input')) if (each.id.endsWith('-all')) each.checked = true;
  apply();
};
const expand = (open) => { for (const each of all('.scenario, .fold')) if (!each.hidden) each.open = open; };
document.querySelector('#expand').addEventListener('click', () => expand(true));
document.querySelector('#collapse').addEventListener('click', () => expand(false));
for (const each of all('.search, .tools')) each.hidden = false;
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
  const open = () => { for (let each = target; each; each = each.parentElement) if (each.tagName === 'DETAILS') each.open = true; };
  open();
  if (!target.checkVisibility()) {
    showAll();
    open();
  }
  target.scrollIntoView();
  if (target.tagName === 'DETAILS') target.firstElementChild.focus({ preventScroll: true });
};
addEventListener('hashchange', show);
show();
// Pages that are not served by https may not use the clipboard; there the older command copies what is selected.
const copy = async (code) => {
  try {
    await navigator.clipboard.writeText(code.textContent);
    return true;
  } catch {
    getSelection().selectAllChildren(code);
    return document.execCommand('copy');
  }
};
for (const code of all('.rerun code')) {
  const button = document.createElement('button');
  const name = (text, rest) => {
    button.textContent = text;
    button.setAttribute('aria-label', text + rest);
  };
  const reset = () => name('Copy', ' the command');
  reset();
  button.type = 'button';
  button.addEventListener('click', async () => {
    if (await copy(code)) name('Copied', '');
    else name('Selected', ': press Ctrl+C to copy');
  });
  button.addEventListener('blur', reset);
  code.after(' ', button);
}
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
