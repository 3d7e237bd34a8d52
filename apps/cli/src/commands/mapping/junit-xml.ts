/** One sample as JUnit readers show it. */
export interface JunitCase {
  readonly mapping: string;
  readonly sample: string;
  readonly passed: boolean;
  readonly findings: readonly unknown[];
  readonly failures: readonly unknown[];
}

/** The results in the form that build servers read. */
export function junitXml(cases: readonly JunitCase[]): string {
  const failed = cases.filter(({ passed }) => !passed).length;
  const lines = cases.flatMap(({ mapping, sample, passed, findings, failures }) => {
    const head = `    <testcase classname="${escaped(mapping)}" name="${escaped(sample || mapping)}"`;
    const details = escaped(JSON.stringify([...findings, ...failures], null, 1));
    return passed ? [`${head}/>`] : [`${head}>`, `      <failure>${details}</failure>`, '    </testcase>'];
  });
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites tests="${cases.length}" failures="${failed}">`,
    `  <testsuite name="mappings" tests="${cases.length}" failures="${failed}">`,
    ...lines,
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}

const ENTITIES: { readonly [char: string]: string } = { '<': '&lt;', '>': '&gt;', '&': '&amp;', '"': '&quot;' };

function escaped(text: string): string {
  return text
    .replace(/[<>&"]/g, (char) => ENTITIES[char] ?? '')
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g, '');
}
