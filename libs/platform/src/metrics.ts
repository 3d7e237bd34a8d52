import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

const PREFIX = 'isthmus_';

/** What a figure counts. `labels` must have few distinct values: never ids of records. */
export interface Figure<Label extends string> {
  /** Without the prefix `isthmus_`; the unit stands last (`delivery_duration_seconds`). */
  readonly name: string;
  readonly help: string;
  readonly labels?: readonly Label[];
}

/** The figures of one process, for `/metrics`. Asking twice for a name gives the same figure. */
export interface Metrics {
  /** Only goes up; end the name in `_total`. */
  counter<Label extends string = never>(figure: Figure<Label>): Counter<Label>;
  /** Goes up and down. `collect` fills it at the moment it is read. */
  gauge<Label extends string = never>(
    figure: Figure<Label> & { collect?: (gauge: Gauge<Label>) => void | Promise<void> },
  ): Gauge<Label>;
  /** Distribution over `buckets`, in the unit of the name. */
  histogram<Label extends string = never>(figure: Figure<Label> & { buckets: readonly number[] }): Histogram<Label>;
  /** The text of all figures. */
  text(): Promise<string>;
  readonly contentType: string;
}

/** A fresh set of figures, with those of the process (memory, event loop lag) when `ofProcess` is set. */
export function createMetrics({ ofProcess = false } = {}): Metrics {
  const registry = new Registry();
  if (ofProcess) collectDefaultMetrics({ register: registry, prefix: PREFIX });
  const known = <T>(name: string, make: (name: string) => T): T =>
    (registry.getSingleMetric(PREFIX + name) as T | undefined) ?? make(PREFIX + name);
  const common = <Label extends string>({ help, labels = [] }: Figure<Label>) => ({
    help,
    labelNames: [...labels],
    registers: [registry],
  });
  return {
    counter: (figure) => known(figure.name, (name) => new Counter({ name, ...common(figure) })),
    gauge: (figure) => known(figure.name, (name) => makeGauge(name, common(figure), figure.collect)),
    histogram: (figure) =>
      known(figure.name, (name) => new Histogram({ name, ...common(figure), buckets: [...figure.buckets] })),
    text: () => registry.metrics(),
    contentType: registry.contentType,
  };
}

function makeGauge<Label extends string>(
  name: string,
  common: { help: string; labelNames: Label[]; registers: Registry[] },
  collect: ((gauge: Gauge<Label>) => void | Promise<void>) | undefined,
): Gauge<Label> {
  const gauge: Gauge<Label> = new Gauge({ name, ...common, ...(collect ? { collect: () => collect(gauge) } : {}) });
  return gauge;
}
