const PLACES = [
  ['浙江省', '杭州市', '西湖区'],
  ['江苏省', '苏州市', '姑苏区'],
  ['广东省', '深圳市', '南山区'],
  ['四川省', '成都市', '武侯区'],
];

const padded = (number) => String(number).padStart(6, '0');

/** The CRM's customer number `index`: always the same for the same index; no two share a phone number or e-mail address. */
export function crmCustomer(index) {
  const [province, city, district] = PLACES[index % PLACES.length];
  return {
    id: `c${padded(index)}`,
    number: `C${padded(index)}`,
    name: `客户${padded(index)}`,
    mobile: `138${String(10_000_000 + index)}`,
    email: `customer${index}@example.com`,
    province,
    city,
    district,
    street: `人民路${1 + (index % 900)}号`,
    creditLimit: `${1000 + (index % 90) * 500}.00`,
    note: index % 4 === 0 ? '重点客户' : '普通客户',
    updatedAt: new Date(Date.UTC(2026, 0, 1) + index * 1000).toISOString(),
  };
}

/** The customer as the ERP wants it: what hand-written code does with it, and what must have arrived there. */
export function erpCustomer(customer) {
  return {
    code: customer.number,
    name: customer.name,
    contact_mobile: `+86${customer.mobile}`,
    contact_email: customer.email,
    address: {
      province: customer.province,
      city: customer.city,
      district: customer.district,
      street: customer.street,
    },
    credit: customer.creditLimit,
    remark: customer.note,
  };
}

/** The index that an ERP customer was made from. */
export function indexOfErpCustomer(customer) {
  return Number(customer.code.slice(1));
}
