import type { TestCase, TestSuite } from 'junit-report-builder';

/** What junit-report-builder has no word for, or says wrong. */
export interface CaseAddition {
  /** Where the scenario stands, from 1: links need it. Jenkins' schema has no such attribute. */
  readonly line?: number;
  /** The text in `<failure>`, `<error>` or `<skipped>`. GitLab shows nothing else of them. */
  readonly content?: string;
  /** `<skipped message>`: the library writes a bare element. */
  readonly skipped?: string;
  /** Surefire's elements for tries that were not the last; the library has none. */
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
 * Seconds as XML reads them, with milliseconds, the most that Jenkins' schema takes. The library writes any number as
 * JavaScript does, and `4e-7` is no xs:decimal; a number of this form is never written so.
 */
export function seconds(ms: number): number {
  return Number.isFinite(ms) && ms > 0 ? Math.round(ms) / 1000 : 0;
}

/** UTC without a zone: what Ant's schema takes. The library writes local time. */
export function timestamp(epoch: number): string {
  return new Date(epoch).toISOString().slice(0, 19);
}

/** Adds to a test case what the library can't, when its element is built. */
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

/** The suite's file, and the time of the whole run, which the root lacks. */
export function addToSuite(
  suite: TestSuite,
  { file, runSeconds }: { readonly file: string; readonly runSeconds: number },
): void {
  whenBuilt(suite, (element) => {
    element.att('file', file);
    element.up().att('time', runSeconds);
  });
}

/** Jenkins' schema knows no `skipped` on the root; the library always writes one. */
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
 * A text as one CDATA section. The library's own escapes the first `]]>` alone (it replaces a string, not every
 * match), so that a second one ends the section and the document is no longer XML. Here a section ends between the
 * two characters of each.
 */
function addText(element: Element, text: string): void {
  element.raw(`<![CDATA[${text.replaceAll(']]>', ']]]]><![CDATA[>')}]]>`);
}
