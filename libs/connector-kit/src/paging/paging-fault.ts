import { FailureError } from '../failure.js';
import { makeFailure } from '../make-failure.js';

/** Paging that would never end or that repeats itself (FAULTS F27): the stream stops and says so. */
export function pagingFault(what: 'page-repeats' | 'cursor-loops' | 'empty-pages' | 'too-many-pages'): FailureError {
  const words = {
    'page-repeats': [
      'The system sends the same page again and again; it seems to ignore the page number.',
      '对方系统反复返回同一页，似乎忽略了页码。',
    ],
    'cursor-loops': [
      'The system sends a cursor for the second time; reading it would never end.',
      '对方系统重复返回同一游标，读取将无法结束。',
    ],
    'empty-pages': ['The system promises more rows but sends empty pages.', '对方系统声称还有数据，却一直返回空页。'],
    'too-many-pages': ['The system sends pages without end.', '对方系统的分页没有尽头。'],
  } as const;
  const [en, zh] = words[what];
  return new FailureError(makeFailure('contract', `paging.${what}`, en, zh));
}
