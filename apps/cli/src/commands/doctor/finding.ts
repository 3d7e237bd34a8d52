import type { Wording } from '@isthmus/api-contract';

/** What one look of the doctor found. */
export interface DoctorFinding {
  /** Stable name: `node`, `settings`, `data-folder`, `ports`, `hub`, `database`, `redis`, `clock`, `mappings`. */
  readonly name: string;
  /** `warning` does not stop the hub, or could not be looked at. */
  readonly verdict: 'ok' | 'warning' | 'failed';
  readonly message: Wording;
  /** What to do about it. */
  readonly cure?: Wording;
}

/** All is well. */
export function well(name: string, message: Wording): DoctorFinding {
  return { name, verdict: 'ok', message };
}

/** Worth knowing; the hub can work. */
export function doubtful(name: string, message: Wording, cure?: Wording): DoctorFinding {
  return { name, verdict: 'warning', message, ...(cure && { cure }) };
}

/** The hub cannot work like that. */
export function broken(name: string, message: Wording, cure?: Wording): DoctorFinding {
  return { name, verdict: 'failed', message, ...(cure && { cure }) };
}
