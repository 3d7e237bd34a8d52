import { readFileSync } from 'node:fs';

const thrownByNode = (): unknown => {
  try {
    return readFileSync('/no such file');
  } catch (error) {
    return error;
  }
};

describe('the test environment', () => {
  it('takes the errors that Node throws for errors, and no more', () => {
    class OurError extends Error {}
    expect(thrownByNode() instanceof Error).toBe(true);
    expect(thrownByNode() instanceof OurError).toBe(false);
    expect(new OurError() instanceof Error).toBe(true);
    expect(new OurError() instanceof OurError).toBe(true);
    expect({ message: 'looks like one' } instanceof Error).toBe(false);
  });
});
