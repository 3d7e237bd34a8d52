import { parseDecimal } from '../store/decimal.js';
import type { Books } from '../kingdee/books.js';
import { saveCustomer } from '../kingdee/customers.js';
import { saveMaterial } from '../kingdee/materials.js';
import { auditOrder, saveOrder } from '../kingdee/orders.js';
import { saveNamed } from '../kingdee/base-data.js';
import type { Warehouse } from '../kingdee/stock.js';
import { PRODUCTS, WAREHOUSES } from './catalogue.js';
import { CUSTOMERS, type SeedCustomer } from './people.js';

/** Fills the ERP: units, warehouses, products with stock, customers and two orders, one of them audited. */
export function seedErp(books: Books, warehouse: Warehouse): void {
  const units = [...new Set(PRODUCTS.map((product) => product.unit))];
  units.forEach((name, index) =>
    saveNamed(books, books.units, { number: `DW${String(index + 1).padStart(2, '0')}`, name }),
  );
  for (const store of WAREHOUSES) saveNamed(books, books.stores, store);
  saveNamed(books, books.groups, { number: 'GR', name: '个人客户' });
  saveNamed(books, books.groups, { number: 'QY', name: '企业客户' });
  for (const product of PRODUCTS) seedProduct(books, warehouse, product);
  CUSTOMERS.filter((customer) => customer.in !== 'crm').forEach((customer, index) =>
    saveCustomer(books, erpCustomer(customer, `KH${String(index + 1).padStart(5, '0')}`)),
  );
  const first = seedOrder(books, 'KH00005', 'XSDD-0001', 'TEA-LJ-250', '10');
  auditOrder(books, warehouse, first, true);
  seedOrder(books, 'KH00002', 'XSDD-0002', 'NB-A5-RULE', '3');
}

function seedProduct(books: Books, warehouse: Warehouse, product: (typeof PRODUCTS)[number]): void {
  const unit = [...books.units.all()].find((entry) => entry.row.name === product.unit);
  const material = saveMaterial(books, {
    number: product.sku,
    name: product.name,
    model: product.model,
    barcode: product.barcode,
    base_unit_id: unit?.id,
    tax_rate: product.taxRate,
    price_entity: [{ price_retail_price: product.price, price_barcode: product.barcode }],
  });
  WAREHOUSES.forEach((store, index) => {
    const stockId = books.idOf('stores', store.number);
    const qty = parseDecimal(product.stock[index] ?? '0');
    if (stockId !== undefined && qty !== undefined) warehouse.setOnHand(material.id, stockId, qty);
  });
}

function erpCustomer(customer: SeedCustomer, number: string) {
  const place = { province_name: customer.province, city_name: customer.city, district_name: customer.district };
  const contact = {
    contact_person: customer.contact ?? customer.name,
    mobile: customer.kind === 'person' ? customer.phone : '',
    phone: customer.kind === 'company' ? customer.phone : '',
    email: customer.email,
    is_default_linkman: true,
  };
  return {
    number,
    name: customer.name,
    group_number: customer.kind === 'person' ? 'GR' : 'QY',
    addr: customer.street,
    ...place,
    ...(customer.taxNumber === undefined ? {} : { taxpayer_no: customer.taxNumber, invoice_name: customer.name }),
    contact_persons: [contact],
  };
}

function seedOrder(books: Books, customer: string, billNo: string, sku: string, qty: string) {
  const product = PRODUCTS.find((item) => item.sku === sku);
  const material = books.byNumber(books.materials, sku);
  return saveOrder(books, {
    bill_no: billNo,
    customer_number: customer,
    material_entity: [
      {
        material_number: sku,
        stock_number: 'CK001',
        unit_id: material?.baseUnitId,
        qty,
        tax_price: product?.price,
        cess: product?.taxRate,
      },
    ],
  });
}
