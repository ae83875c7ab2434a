import type { TestCase, TestSuite } from 'junit-report-builder';

/** What junit-report-builder does not support, or writes incorrectly. */
export interface CaseAddition {
  /** The line of the scenario, from 1, for links. Jenkins' schema has no such attribute. */
  readonly line?: number;
  /** The text in `<failure>`, `<error>` or `<skipped>`, which is all that GitLab shows of them. */
  readonly content?: string;
  /** `<skipped message>`; the library writes an empty element. */
  readonly skipped?: string;
  /** Surefire's elements for earlier attempts, which the library lacks. */
  readonly tries: readonly Try[];
  readonly output: string;
}

export interface Try {
  readonly element: 'flakyFailure' | 'flakyError' | 'rerunFailure' | 'rerunError';
  readonly message: string;
  readonly type: string;
  readonly content: string;
}

type Element = ReturnType<TestCase['build']>;

/**
 * Seconds with milliseconds, the most that Jenkins' schema accepts. The library writes numbers as JavaScript does, and
 * `4e-7` is not a valid xs:decimal; a number with three decimals is never written so.
 */
export function seconds(ms: number): number {
  return Number.isFinite(ms) && ms > 0 ? Math.round(ms) / 1000 : 0;
}

/** UTC without a zone, as Ant's schema requires. The library writes local time. */
export function timestamp(epoch: number): string {
  return new Date(epoch).toISOString().slice(0, 19);
}

/** Adds to the element of a test case what the library does not support. */
export function addToCase(testCase: TestCase, addition: CaseAddition): void {
  whenBuilt(testCase, (element) => {
    if (addition.line !== undefined) element.att('line', addition.line);
    const judged = childNamed(element, ['failure', 'error', 'skipped']);
    if (judged && addition.skipped !== undefined) judged.att('message', addition.skipped);
    if (judged && addition.content !== undefined) addText(judged, addition.content);
    for (const { element: name, message, type, content } of addition.tries) {
      addText(element.ele(name, { message, type }).ele('stackTrace'), content);
    }
    if (addition.output !== '') addText(element.ele('system-out'), addition.output);
  });
}

/** Adds the suite's file, and the time of the whole run, which the root element lacks. */
export function addToSuite(
  suite: TestSuite,
  { file, runSeconds }: { readonly file: string; readonly runSeconds: number },
): void {
  whenBuilt(suite, (element) => {
    element.att('file', file);
    element.up().att('time', runSeconds);
  });
}

/**
 * Removes `skipped` from the root element, where Jenkins' schema does not allow it but the library always writes it.
 */
export function withoutSkippedSum(xml: string): string {
  return xml.replace(/^(<\?xml[^>]*>\s*<testsuites [^>]*?) skipped="\d+"/, '$1');
}

function whenBuilt(node: TestCase | TestSuite, add: (element: Element) => void): void {
  const build = node.build.bind(node) as (parent: Element) => Element;
  node.build = (parent?: Element) => {
    const element = build(parent as Element);
    add(element);
    return element;
  };
}

function childNamed(element: Element, names: readonly string[]): Element | undefined {
  const { children }: { readonly children?: unknown } = element;
  if (!Array.isArray(children)) return undefined;
  return children.find((child: { readonly name?: unknown }) => names.some((name) => child.name === name));
}

/**
 * Writes text as CDATA sections. The library itself escapes only the first `]]>`, so a second one would end the section
 * and make the XML invalid. Here, a section ends within each `]]>`.
 */
function addText(element: Element, text: string): void {
  element.raw(`<![CDATA[${text.replaceAll(']]>', ']]]]><![CDATA[>')}]]>`);
}
