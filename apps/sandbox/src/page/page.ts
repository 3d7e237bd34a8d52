import type { HubspotSystem } from '../hubspot/system.js';
import type { CrmRow } from '../hubspot/crm.js';
import type { KingdeeSystem } from '../kingdee/system.js';
import { formatDecimal, parseDecimal } from '../store/decimal.js';
import { Html, html } from './text.js';

const STYLE = `body{font:14px/1.5 system-ui,"Noto Sans CJK SC",sans-serif;margin:1.5rem;color:#1c2733}
h1{font-size:1.4rem}h2{font-size:1.1rem;margin:1.6rem 0 .4rem}.sides{display:grid;grid-template-columns:1fr 1fr;gap:1.5rem}
@media(max-width:70rem){.sides{grid-template-columns:1fr}}table{border-collapse:collapse;width:100%}
th,td{border-bottom:1px solid #d8dee6;padding:.25rem .4rem;text-align:left;vertical-align:top}th{color:#5a6b7d;font-weight:600}
input,select,button{font:inherit;padding:.15rem .35rem}input{width:9rem}form{display:inline}
.bar{display:flex;gap:.8rem;flex-wrap:wrap;margin:.8rem 0}.down{color:#b3261e;font-weight:600}.note{color:#5a6b7d}`;

/** The page at `/`: both systems side by side, each record with a small edit form. */
export function renderPage(crm: HubspotSystem, erp: KingdeeSystem): string {
  return html`<!doctype html>
    <html lang="zh-CN">
      <head>
        <meta charset="utf-8" />
        <title>沙箱 Sandbox</title>
        <meta name="viewport" content="width=device-width" />
        <style>
          ${styleOf()}
        </style>
      </head>
      <body>
        <h1>沙箱 Sandbox</h1>
        <p class="note">
          两个模拟系统。在一边修改，看另一边是否跟上。 Two imitated systems: change something on one side and watch the
          other.
        </p>
        ${buttons(erp)}
        <div class="sides">
          <section>
            <h2>CRM（HubSpot）</h2>
            ${crmCustomers(crm)}${crmOrders(crm)}${crmProducts(crm)}
          </section>
          <section>
            <h2>
              ERP（金蝶云星辰 Kingdee
              Xingchen）${erp.faults.isDown() ? html` <span class="down">已停机 down</span>` : ''}
            </h2>
            ${erpCustomers(erp)}${erpOrders(erp)}${erpStock(erp)}
          </section>
        </div>
      </body>
    </html>`.text;
}

function styleOf(): Html {
  return new Html(STYLE);
}

function buttons(erp: KingdeeSystem): Html {
  const down = erp.faults.isDown();
  return html`<div class="bar">
    <form method="get" action="/"><button>刷新 Refresh</button></form>
    <form method="post" action="/do/order"><button>在 CRM 中新建订单 Create an order in the CRM</button></form>
    <form method="post" action="${down ? '/do/erp-up' : '/do/erp-down'}">
      <button>${down ? '恢复 ERP Bring the ERP back' : '让 ERP 停机一分钟 Take the ERP down for a minute'}</button>
    </form>
    <form method="post" action="/do/seed"><button>填入演示数据 Fill in demo data</button></form>
  </div>`;
}

/** A one-field form: system, type, id and the field are fixed, the value is typed in. */
function field(system: string, type: string, id: string, name: string, value: string, label: string): Html {
  return html`<form method="post" action="/do/edit">
    <input type="hidden" name="system" value="${system}" /><input type="hidden" name="type" value="${type}" />
    <input type="hidden" name="id" value="${id}" /><input type="hidden" name="field" value="${name}" />
    <input name="value" value="${value}" aria-label="${label}" /> <button>保存 Save</button>
  </form>`;
}

function table(title: string, heads: readonly string[], rows: readonly Html[]): Html {
  return html`<h2>${title} (${rows.length})</h2>
    <table>
      <tr>
        ${heads.map((head) => html`<th>${head}</th>`)}
      </tr>
      ${rows}
    </table>`;
}

function live(crm: HubspotSystem, type: string): CrmRow[] {
  return crm
    .records(type)
    .filter((row) => row.archivedAt === null)
    .slice(-60);
}

function crmCustomers(crm: HubspotSystem): Html {
  const rows = ['contacts', 'companies'].flatMap((type) =>
    live(crm, type).map(({ id, properties: own }) => {
      const name = own['name'] ?? `${own['lastname'] ?? ''}${own['firstname'] ?? ''}`;
      const phone = type === 'contacts' ? 'mobilephone' : 'phone';
      return html`<tr>
        <td>${name}</td>
        <td>${own['email'] ?? own['tax_number']}</td>
        <td>${field('hubspot', type, id, phone, own[phone] ?? '', '电话 Phone')}</td>
        <td>${own['credit_limit'] ?? '—'}</td>
      </tr>`;
    }),
  );
  return table(
    '客户 Customers',
    ['名称 Name', '邮箱/税号 E-mail/tax number', '电话 Phone', '信用额度 Credit limit'],
    rows,
  );
}

function crmOrders(crm: HubspotSystem): Html {
  const rows = live(crm, 'orders').map(({ id, properties: own }) => {
    const lines = crm
      .linked('orders', id, 'line_items')
      .map((line) => `${line.properties['hs_sku'] ?? ''} × ${line.properties['quantity'] ?? ''}`);
    return html`<tr>
      <td>${own['hs_order_name']}</td>
      <td>${lines.join(', ')}</td>
      <td>${own['hs_total_price']}</td>
      <td>
        ${field('hubspot', 'orders', id, 'hs_fulfillment_status', own['hs_fulfillment_status'] ?? '', '发货状态 Fulfilment')}
      </td>
    </tr>`;
  });
  return table('订单 Orders', ['编号 Number', '明细 Lines', '金额 Total', '发货状态 Fulfilment'], rows);
}

function crmProducts(crm: HubspotSystem): Html {
  const rows = live(crm, 'products').map(
    ({ id, properties: own }) =>
      html`<tr>
        <td>${own['hs_sku']}</td>
        <td>${own['name']}</td>
        <td>${field('hubspot', 'products', id, 'price', own['price'] ?? '', '价格 Price')}</td>
      </tr>`,
  );
  return table('商品 Products', ['编码 SKU', '名称 Name', '价格 Price'], rows);
}

function erpCustomers(erp: KingdeeSystem): Html {
  const rows = [...erp.books.customers.all()].slice(-60).map(({ id, row }) => {
    const first = row.contacts[0] ?? {};
    const phone = row.fields['taxpayer_no'] === undefined ? 'mobile' : 'phone';
    return html`<tr>
      <td>${row.number}</td>
      <td>${row.name}</td>
      <td>${first['email'] ?? row.fields['taxpayer_no']}</td>
      <td>${field('kingdee', 'customer', id, phone, String(first[phone] ?? ''), '电话 Phone')}</td>
      <td>
        ${field('kingdee', 'customer', id, 'credit_limit', String(row.fields['credit_limit'] ?? ''), '信用额度 Credit limit')}
      </td>
    </tr>`;
  });
  return table(
    '客户 Customers',
    ['编码 Number', '名称 Name', '邮箱 E-mail', '电话 Phone', '信用额度 Credit limit'],
    rows,
  );
}

function erpOrders(erp: KingdeeSystem): Html {
  const { books } = erp;
  const rows = [...books.orders.all()].slice(-60).map(({ row }) => {
    const lines = row.lines.map((line) => `${books.materials.get(line.materialId)?.number ?? ''} × ${line.qty}`);
    const total = formatDecimal(parseDecimal(row.totalAmount) ?? 0n, 2);
    const state = row.status === 'C' ? '已审核 audited' : '未审核 not audited';
    return html`<tr>
      <td>${row.billNo}</td>
      <td>${books.customers.get(row.customerId)?.name}</td>
      <td>${lines.join(', ')}</td>
      <td>${total}</td>
      <td>${state}</td>
    </tr>`;
  });
  return table(
    '销售订单 Sales orders',
    ['编号 Number', '客户 Customer', '明细 Lines', '金额 Total', '状态 State'],
    rows,
  );
}

function erpStock(erp: KingdeeSystem): Html {
  const { books, warehouse } = erp;
  const rows = [...books.inventory.all()].slice(-60).map(({ id, row }) => {
    const shown = warehouse.shape(row);
    return html`<tr>
      <td>${shown.material_number}</td>
      <td>${shown.material_name}</td>
      <td>${shown.stock_name}</td>
      <td>${shown.valid_qty}</td>
      <td>${field('kingdee', 'inventory', id, 'qty', shown.qty, '库存 On hand')}</td>
    </tr>`;
  });
  return table(
    '商品与库存 Products and stock',
    ['编码 SKU', '名称 Name', '仓库 Warehouse', '可用 Available', '库存 On hand'],
    rows,
  );
}
