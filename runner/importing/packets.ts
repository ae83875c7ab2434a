import type { Format } from './pasted.ts';
import { likeness, type Said, sessionsOfSides } from './said.ts';

/** How a sniffer writes the direction of data, and the data. */
interface Sniffer {
  readonly header: RegExp;
  /** The ends of the connection, or the direction; and the length of the data, if the header has it. */
  readonly ends: (match: RegExpExecArray) => { readonly from: string; readonly to: string; readonly length?: number };
  readonly lines: (block: readonly string[], length: number | undefined) => readonly string[];
}

const between = (match: RegExpExecArray) => ({ from: match[1] ?? '', to: match[2] ?? '' });
const way = ({ 1: arrow = '' }: RegExpExecArray) =>
  arrow.startsWith('<') ? { from: 'right', to: 'left' } : { from: 'left', to: 'right' };

const sniffers: readonly Sniffer[] = [
  // ngrep: unprintable characters are dots. With -W byline each line is separate; otherwise there is one, which is
  // broken if it is long.
  {
    header: /^[TU]\+? (?:\S+ \S+ )?(\S+) -> (\S+) \[\w*\]/,
    ends: between,
    lines(block) {
      const text = block.filter((line) => !/^#*$/.test(line));
      if (text.length > 0 && text.every((line) => line.startsWith('  ')))
        return text
          .map((line) => line.slice(2))
          .join('')
          .trimEnd()
          .replace(/\.\.$/, '')
          .split('..');
      return text.map((line) => line.replace(/\.$/, ''));
    },
  },
  // tcpflow -c: the first line is on the same line as the header.
  {
    header: /^((?:\d+\.){3}\d+\.\d+|[0-9a-f:]+\.\d+)-((?:\d+\.){3}\d+\.\d+|[0-9a-f:]+\.\d+): /,
    ends: between,
    lines: withoutLastEmpty,
  },
  // socat -v
  {
    header: /^([<>]) \d{4}\/\d\d\/\d\d \S+ +length=\d+/,
    ends: way,
    lines: (block) => block.map((line) => line.replace(/\\r$/, '')),
  },
  // curl --trace-ascii: the number is the offset of the first octet; a line has 64 octets.
  {
    header: /^(=>|<=) (?:Send|Recv) (?:header|data|SSL data), \d+ bytes/,
    ends: way,
    lines: (block) => joined(block.flatMap((line) => /^([0-9a-f]{4,}): (.*)$/.exec(line)?.slice(1, 3) ?? [])),
  },
  // tcpdump -A: the octets before the payload are the packet's header. Carriage returns are not shown.
  {
    header: /^(?:\d{4}-\S+ )?\d\d:\d\d:\d\d\.\d+ IP6? (\S+) > (\S+): .* length (\d+)/,
    ends: (match) => ({ ...between(match), length: Number(match[3]) }),
    lines(block, length = 0) {
      const text = block.join('\n');
      let at = text.length;
      for (let left = length; left > 0 && at > 0; at--) left -= text[at - 1] === '\n' ? '\r\n'.length : 1;
      return length === 0 ? [] : withoutLastEmpty(text.slice(at).split('\n'));
    },
  },
];

function withoutLastEmpty(lines: readonly string[]): readonly string[] {
  return lines.at(-1) === '' ? lines.slice(0, -1) : lines;
}

const octetsOfLine = 0x40;

/** Joins pairs of an offset and a text. */
function joined(parts: readonly string[]): readonly string[] {
  const lines: string[] = [];
  let end = -1;
  for (let at = 0; at + 1 < parts.length; at += 2) {
    const [offset, text = ''] = [Number.parseInt(parts[at] ?? '', 16), parts[at + 1]];
    if (offset === end) lines[lines.length - 1] += text;
    else lines.push(text);
    end = text.length === octetsOfLine ? offset + octetsOfLine : -1;
  }
  return lines;
}

function readBy(lines: readonly string[], { header, ends, lines: linesIn }: Sniffer): readonly Said[] {
  const said: Said[] = [];
  const heads = lines.flatMap((line, at) => {
    const match = header.exec(line);
    return match === null ? [] : [{ at, match }];
  });
  for (const [index, { at, match }] of heads.entries()) {
    const { from, to, length } = ends(match);
    const beside = match.input.slice(match[0].length);
    const first = match[0].endsWith(': ') ? [beside] : [];
    // TLS records, and curl's messages about itself.
    if (/SSL data/.test(match[0])) continue;
    const block = [...first, ...lines.slice(at + 1, heads[index + 1]?.at)].filter((line) => !/^== Info:/.test(line));
    const side = from < to ? 'one' : 'other';
    const of = [from, to].sort().join();
    for (const text of linesIn(block, length)) said.push({ side, text, of });
  }
  return said;
}

function snifferOf(lines: readonly string[]): Sniffer | undefined {
  return sniffers.find((each) => {
    const said = readBy(lines, each);
    return likeness(said, 'one') !== likeness(said, 'other');
  });
}

/** Network traffic as a sniffer or a relay shows it. */
export const packets: Format = {
  name: 'captured packets',
  recognizes: (lines) => snifferOf(lines) !== undefined,
  read(lines) {
    const sniffer = snifferOf(lines);
    return sniffer === undefined ? [] : sessionsOfSides(readBy(lines, sniffer), 'one');
  },
};
