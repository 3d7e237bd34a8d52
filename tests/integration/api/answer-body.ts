/** A list of which tests look at the first three without asking whether they are there; a missing one fails the test anyway. */
type Some<T> = [T, T, T, ...T[]];

interface Words {
  en: string;
  zh: string;
}

interface Replica {
  connectionId: string;
  syncState: string;
}

/** What tests read of items and answers, whichever was asked for. That each answer is whole is checked against the contract. */
export interface AnswerBody {
  id: string;
  key: string;
  code: string;
  status: number | string;
  detail: string;
  docs: string;
  instance: string;
  requestId: string;
  retryable: boolean;
  errors: Some<{ pointer: string; code: string; message: string }>;
  items: Some<
    Omit<AnswerBody, 'replicas'> & {
      replicas: { settled: number };
      kind: string;
      path: string | null;
      count: number;
      stage: string;
    }
  >;
  next: string;
  total: number;
  changes: number;
  version: number;
  verdict: string;
  state: string;
  stateReason: { message: Words };
  reason: { code: string; link: string };
  reasons: Some<{ verdict: string; code: string; message: Words }>;
  words: Some<Words>;
  message: Words;
  label: string;
  action: string;
  actor: string;
  decidedBy: string;
  decidedValue: unknown;
  recordValue: unknown;
  incomingValue: unknown;
  fields: object;
  report: object;
  recordStatus: string;
  mode: string;
  raw: { phone: string };
  body: { displayName: string };
  secretNames: string[];
  provenance: { [pointer: string]: object };
  replicas: Some<Replica>;
  differences: Some<{ pointer: string }>;
  details: { calls: Some<{ request: string }> };
  connections: Some<{
    id: string;
    verdict: string;
    backlog: { due: number };
    changes: { [state: string]: number };
    oldestUnsyncedSeconds: number;
  }>;
  flows: Some<{ verdict: string; changes: { [state: string]: number } }>;
  openapi: string;
  info: { title: string };
  components: { schemas: object };
  paths: { [path: string]: Operations };
}

interface Operations {
  get: { parameters: { name: string }[] };
  post: { requestBody: { content: { [type: string]: { schema: { $ref: string } } } } };
}
