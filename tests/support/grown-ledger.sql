-- Replicas number :first to :last of a ledger that has been in use: each with its record, and one settled change. One in :open is behind.
insert into record (id, entity, version, body, provenance, created_at, updated_at)
select ('00000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, 'customer', 1,
  jsonb_build_object('kind', 'organization', 'displayName', 'Customer ' || n, 'customerNumber', 'N-' || n), '{}',
  timestamptz '2026-01-01' + n * interval '1 second', timestamptz '2026-01-01' + n * interval '1 second'
from generate_series(:first, :last) n;

insert into replica (record_id, connection_id, entity, stream, native_id, base, base_hash, desired_version, delivered_version, state)
select ('00000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, 'erp', 'customer', 'customers', 'E-' || n,
  '{"id":"E-' || n || '","number":"N-' || n || '","name":"Customer ' || n || '"}', md5(n::text), 1, 1, 'settled'
from generate_series(:first, :last) n;

insert into change (received_at, connection_id, stream, entity, native_id, kind, origin, lane, state, raw, record_id, record_version, settled_at)
select timestamptz '2026-01-01' + n * interval '10 seconds', 'erp', 'customers', 'customer', 'E-' || n, 'upsert', 'poll', 0, 'merged',
  '{"id":"E-' || n || '","number":"N-' || n || '","name":"Customer ' || n || '"}',
  ('00000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, 1, timestamptz '2026-01-01' + n * interval '10 seconds'
from generate_series(:first, :last) n;
