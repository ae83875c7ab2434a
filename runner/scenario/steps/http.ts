import { defined } from '../../defined.ts';
import type { HttpRequest } from '../../http-request.ts';
import { recordOf } from '../../shape.ts';
import { checkExpectation, isPattern, jsonFields, shaped, xpathFields } from '../check-expectation.ts';
import { readMatcher } from '../matcher.ts';
import { readCount, readPublicText, readString, readText, readTexts } from '../read.ts';
import { readTls } from '../tls-options.ts';
import { child, entriesOf, mapAt } from '../tree.ts';
import { familyOf, limitOf, localAddressOf, mainOf, written } from './check.ts';
import type { StepContext, StepReader } from './context.ts';
import { alwaysText, httpHeaders, number, text } from './seen.ts';

/** RFC 9110 section 5.6.2: a token. */
const token = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
/** More redirects would be a loop: browsers stop at 20. */
const mostRedirects = 20;

export const http: StepReader<'http'> = {
  expectation: checkExpectation({
    short: (text, node) =>
      /^[1-5]\d\d$/.test(text)
        ? { field: 'status', read: readMatcher }
        : isPattern(node)
          ? { field: 'body', read: readMatcher }
          : undefined,
    hint: 'Write a status, as in 200, or a pattern over the body',
    fields: {
      status: number,
      headers: httpHeaders,
      body: alwaysText,
      xml: shaped(recordOf({}, 'any'), xpathFields),
      json: shaped(recordOf({}, 'any'), jsonFields),
      url: text,
    },
  }),
  label: (action) =>
    ['http', written(child(action, 'method')), written(mainOf(action, 'url'))].filter(Boolean).join(' '),
  read(context, action, base) {
    const { scope } = context;
    const { report } = scope.shared;
    const node = mainOf(action, 'url');
    const url = readText(scope, node);
    if (url === undefined || node === undefined) return undefined;
    const start = typeof url === 'string' ? url : url.parts[0];
    if (typeof start === 'string' && !/^https?:\/\/./i.test(start)) {
      report({
        code: 'url.invalid',
        message: `"${start}" is not a URL`,
        span: node.span,
        hint: 'Write it with its scheme: https://autoconfig.example.com/mail/config-v1.1.xml',
      });
      return undefined;
    }
    const method =
      readString(scope, child(action, 'method'), 'A method') ?? (child(action, 'body') === undefined ? 'GET' : 'POST');
    if (!token.test(method)) {
      report({
        code: 'value.invalid',
        message: `"${method}" is not a method`,
        span: child(action, 'method')?.span ?? action.span,
        hint: 'Write GET, POST, HEAD, …',
      });
      return undefined;
    }
    const redirects = readCount(scope, child(action, 'redirects')) ?? 0;
    const request: HttpRequest = {
      url,
      method: method.toUpperCase(),
      headers: headersOf(context, mapAt(action, 'headers')),
      redirects: Math.min(redirects, mostRedirects),
      tls: readTls(context, mapAt(action, 'tls')),
      ...defined({
        body: readText(scope, child(action, 'body')),
        address: readPublicText(scope, child(action, 'address')),
        family: familyOf(context, action),
        localAddress: localAddressOf(context, action),
      }),
    };
    return { ...base, kind: 'http', request, limit: limitOf(context) };
  },
};

function headersOf({ scope }: StepContext, node: Parameters<typeof entriesOf>[0]): HttpRequest['headers'] {
  return entriesOf(node).flatMap(({ key, keySpan, node: value }) => {
    if (token.test(key)) return readTexts(scope, value).map((text) => ({ name: key, value: text }));
    scope.shared.report({ code: 'value.invalid', message: `"${key}" is not a header field's name`, span: keySpan });
    return [];
  });
}
