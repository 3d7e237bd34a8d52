-- What is open in a ledger of whatever size: replicas that are due, wait for another try, are blocked or dead; changes that are not merged yet.
update replica set
  state = case when n <= 400 then 'pending' when n <= 440 then 'blocked' else 'dead' end,
  desired_version = 2, lane = n % 3, behind_since = timestamptz '2026-11-23 08:00', due_at = timestamptz '2026-11-23 08:00' + n * interval '1 ms',
  attempts = case when n % 10 = 0 and n <= 400 then 2 else 0 end,
  blocked_on = case when n > 400 and n <= 440 then '00000000-0000-7000-8000-000000000001'::uuid end,
  failure = case when n > 440 then '{"kind":"invalid","code":"erp.refused","message":{"en":"No.","zh":"否。"}}'::jsonb end
from generate_series(1, 480) n
where record_id = ('00000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid and connection_id = 'erp';

insert into change (received_at, connection_id, stream, entity, native_id, kind, origin, lane, state, raw, due_at, reason)
select timestamptz '2026-11-23 08:00' + n * interval '1 ms', 'erp', 'customers', 'customer', 'E-' || n, 'upsert', 'webhook', n % 3,
  (array['pending', 'pending', 'pending', 'fetch', 'rejected'])[1 + n % 5], case when n % 5 <> 3 then '{"id":"E-' || n || '"}' end,
  timestamptz '2026-11-23 08:00', case when n % 5 = 4 then '{"code":"change.invalid"}'::jsonb end
from generate_series(1, 600) n;

insert into connection (id, connector, title, settings) values ('erp', 'rest', 'ERP', '{}'), ('shop', 'rest', 'Shop', '{}');
