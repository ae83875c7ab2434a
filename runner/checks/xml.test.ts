import assert from 'node:assert/strict';
import fc from 'fast-check';
import { CheckError } from './check.ts';
import { rejects } from './testing.test.helper.ts';
import { findInXml } from './xml.ts';

const find = async (text: string, expression: string) => (await findInXml(text, [expression]))[expression];
const parseXml = (text: string) => findInXml(text, []);

describe('findInXml()', () => {
  it('find texts, numbers, truths, several nodes, and nothing', async () => {
    const text = '<a><b n="1"> x </b><b>y</b></a>';
    assert.equal(await find(text, '/a/b[1]'), 'x');
    assert.deepEqual(await find(text, '//b'), ['x', 'y']);
    assert.equal(await find(text, '//b/@n'), '1');
    assert.equal(await find(text, 'count(//b)'), 2);
    assert.equal(await find(text, '//b = "y"'), true);
    assert.equal(await find(text, 'string(//b[2])'), 'y');
    assert.equal(await find(text, '//b[2]/text()'), 'y');
    assert.equal(await find(text, '//c'), undefined);
    assert.deepEqual(await find(text, '//b[2] | //b/@n | //b[1]'), ['x', '1', 'y']);
  });

  it('meet plain names in any namespace, and prefixes as the document declares them', async () => {
    const text = '<a xmlns="urn:one" xmlns:p="urn:two"><p:b>two</p:b><b>one</b></a>';
    assert.deepEqual(await find(text, '/a/b'), ['two', 'one']);
    assert.equal(await find(text, '/a/p:b'), 'two');
    assert.equal(await find('<d:a xmlns:d="DAV:"><d:b d:c="1">x:y</d:b></d:a>', '/a/b[. = "x:y"]/@c'), '1');
  });

  it('refuse expressions that cannot be evaluated', async () => {
    await rejects(find('<a/>', '//a['), 'input.value', /Cannot evaluate the XPath "\/\/a\["/);
    await rejects(find('<a/>', 'nonsense(//a)'), 'input.value', /nonsense/);
  });

  const broken: readonly (readonly [string, string])[] = [
    ['unclosed', '<a><b></a>'],
    ['empty', ''],
    ['not XML at all', 'hello'],
    ['two roots', '<a/><b/>'],
    ['an unknown entity', '<a>&nbsp;</a>'],
    ['an internal entity', '<!DOCTYPE a [<!ENTITY e "x">]><a>&e;</a>'],
    ['an external entity', '<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]><a>&e;</a>'],
    ['an entity in an attribute', '<!DOCTYPE a [<!ENTITY e "x">]><a b="&e;"/>'],
    ['a parameter entity', '<!DOCTYPE a [<!ENTITY % p SYSTEM "http://127.0.0.1:1/x"> %p;]><a>&q;</a>'],
    ['a thousand levels', `${'<a>'.repeat(1000)}${'</a>'.repeat(1000)}`],
    ['a thousand levels with slashes', `${'<a b="/>">'.repeat(1000)}${'</a>'.repeat(1000)}`],
    ['too many elements', `<a>${'<b/>'.repeat(3000)}</a>`],
  ];
  for (const [what, text] of broken) {
    it(`refuse ${what}`, async () => {
      await rejects(parseXml(text), 'check.mismatch', /^the body is not well-formed XML: ./);
    });
  }

  it('refuse a billion laughs at once', async () => {
    const entities = Array.from(
      { length: 9 },
      (_, index) => `<!ENTITY e${index + 1} "${`&e${index};`.repeat(10)}">`,
    ).join('');
    await rejects(parseXml(`<!DOCTYPE a [<!ENTITY e0 "ha">${entities}]><a>&e9;</a>`), 'check.mismatch', /entity/);
  });

  it('never throw anything but a CheckError', async () => {
    const pieces = fc.constantFrom(
      '<a>',
      '</a>',
      '<a b="c">',
      '&lt;',
      '&x;',
      '<!DOCTYPE a [',
      ']>',
      '<![CDATA[',
      ']]>',
      '<?x?>',
      '<!--',
      '-->',
      'text',
      '\0',
      '<',
    );
    await fc.assert(
      fc.asyncProperty(fc.array(pieces, { maxLength: 12 }), async (list) => {
        try {
          await findInXml(list.join(''), ['//a/@b | //a']);
        } catch (error) {
          assert.ok(error instanceof CheckError, String(error));
        }
      }),
    );
  });
});
