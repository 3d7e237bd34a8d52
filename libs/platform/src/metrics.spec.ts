import { createMetrics } from './metrics.js';

describe('the metrics', () => {
  it('count under our prefix, with labels', async () => {
    const metrics = createMetrics();
    const changes = metrics.counter({ name: 'changes_total', help: 'Changes stored.', labels: ['connection'] });
    changes.inc({ connection: 'shop' }, 2);
    metrics
      .counter({ name: 'changes_total', help: 'Changes stored.', labels: ['connection'] })
      .inc({ connection: 'shop' });
    expect(await metrics.text()).toContain('isthmus_changes_total{connection="shop"} 3');
  });

  it('fill a gauge when it is read', async () => {
    const metrics = createMetrics();
    let depth = 1;
    metrics.gauge({ name: 'queue_depth', help: 'Work that waits.', collect: (gauge) => gauge.set(depth) });
    depth = 7;
    expect(await metrics.text()).toContain('isthmus_queue_depth 7');
  });

  it('sort durations into buckets', async () => {
    const metrics = createMetrics();
    const figure = { name: 'delivery_duration_seconds', help: 'Time of one delivery.', buckets: [0.1, 1] };
    metrics.histogram(figure).observe(0.5);
    expect(await metrics.text()).toContain('isthmus_delivery_duration_seconds_bucket{le="1"} 1');
  });

  it('keep two sets apart and add the figures of the process on demand', async () => {
    const [plain, full] = [createMetrics(), createMetrics({ ofProcess: true })];
    plain.counter({ name: 'one_total', help: 'One.' }).inc();
    expect(await full.text()).not.toContain('one_total');
    expect(await full.text()).toContain('isthmus_nodejs_eventloop_lag_seconds');
  });
});
