// Copies the Markdown pages for VitePress: README.md becomes the start page, and linked files of the repository are
// served as they are. A link to a file that does not exist ends the build.
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, normalize, posix } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const root = dirname(here);
const out = join(here, 'pages');

/** The path of each page in the repository, and on the site. */
const pages = new Map([
  ['README.md', 'index.md'],
  ['CHANGELOG.md', 'changelog.md'],
  ...markdownIn('docs').map((path) => [path, path.slice('docs/'.length)]),
]);

rmSync(out, { recursive: true, force: true });
for (const [source, page] of pages) write(page, pageOf(source, page));
for (const name of readdirSync(join(root, 'docs')).filter((each) => each.endsWith('.svg')))
  cpSync(join(root, 'docs', name), join(out, name));

function markdownIn(folder) {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return markdownIn(path);
    return entry.name.endsWith('.md') ? [path] : [];
  });
}

/** Removes comments, which are for those who edit a page, except in code. */
function pageOf(source, page) {
  const parts = readFileSync(join(root, source), 'utf8').split(/(^ *```[\s\S]*?^ *```|`[^`\n]*`)/m);
  return parts
    .map((part, index) => {
      if (index % 2 === 1) return part.replace(/^( *```\S*)[^\n]*/, '$1');
      return part
        .replace(/<!--[\s\S]*?-->\n?/g, '')
        .replace(/\]\(([^)\s]+)\)/g, (_, link) => `](${linkOf(link, source, page)})`);
    })
    .join('');
}

function linkOf(link, source, page) {
  if (/^(?:[a-z]+:|#|\/)/i.test(link)) return link;
  const [path, hash] = link.split('#');
  const target = normalize(posix.join(posix.dirname(source), path)).replace(/\/$/, '');
  const shown = pages.get(target) ?? fileOf(target, source);
  const relative = shown.startsWith('/') ? shown : posix.relative(posix.dirname(page), shown);
  return `${/^[./]/.test(relative) ? relative : `./${relative}`}${hash === undefined ? '' : `#${hash}`}`;
}

/** A file linked from a page: the path of its copy on the site, or of an image. */
function fileOf(target, source) {
  const from = join(root, target);
  if (!existsSync(from)) throw new Error(`${source} links to ${target}, which does not exist`);
  if (target.startsWith('docs/') && target.endsWith('.svg')) return target.slice('docs/'.length);
  if (statSync(from).isDirectory()) {
    write(`public/files/${target}/index.txt`, `${readdirSync(from).sort().join('\n')}\n`);
    return `/files/${target}/index.txt`;
  }
  // As text, so that browsers show it instead of downloading it.
  write(`public/files/${target}.txt`, readFileSync(from));
  return `/files/${target}.txt`;
}

function write(path, content) {
  const to = join(out, path);
  mkdirSync(dirname(to), { recursive: true });
  writeFileSync(to, content);
}
