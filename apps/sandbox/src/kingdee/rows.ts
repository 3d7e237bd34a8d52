/** A stored customer. */
export interface Customer {
  readonly id: string;
  readonly number: string;
  readonly name: string;
  readonly enable: '1' | '0';
  readonly createdAt: number;
  /** Header fields as they were saved, all text. */
  readonly fields: Readonly<Record<string, string>>;
  readonly contacts: readonly Readonly<Record<string, string | boolean>>[];
  readonly customField: Readonly<Record<string, string>>;
}

/** A stored product. */
export interface Material {
  readonly id: string;
  readonly number: string;
  readonly name: string;
  readonly enable: '1' | '0';
  readonly createdAt: number;
  readonly baseUnitId: string;
  readonly fields: Readonly<Record<string, string>>;
  readonly prices: readonly Readonly<Record<string, string>>[];
  readonly customField: Readonly<Record<string, string>>;
}

/** A warehouse, a unit or a group: a number and a name. */
export interface Named {
  readonly id: string;
  readonly number: string;
  readonly name: string;
  readonly enable: '1' | '0';
  readonly createdAt: number;
  readonly fields: Readonly<Record<string, string>>;
}

/** A line of a sales order. Amounts are short decimal text. */
export interface OrderLine {
  readonly id: string;
  readonly seq: number;
  readonly materialId: string;
  readonly stockId: string;
  readonly unitId: string;
  readonly qty: string;
  readonly price: string;
  readonly taxPrice: string;
  readonly cess: string;
  readonly taxAmount: string;
  readonly discount: string;
  readonly amount: string;
  readonly allAmount: string;
  readonly isFree: boolean;
  readonly deliveryDate: string;
  readonly comment: string;
  readonly customField: Readonly<Record<string, string>>;
}

/** Z draft, B not audited, C audited, D being voided. */
export type BillStatus = 'Z' | 'B' | 'C' | 'D';

/** A stored sales order. */
export interface Order {
  readonly id: string;
  readonly billNo: string;
  readonly billDate: string;
  readonly status: BillStatus;
  readonly customerId: string;
  readonly createdAt: number;
  readonly auditedAt: number | null;
  /** Everything has left the warehouse. */
  readonly shipped: boolean;
  readonly totalAmount: string;
  readonly discountAmount: string;
  readonly fields: Readonly<Record<string, string>>;
  readonly customField: Readonly<Record<string, string>>;
  readonly lines: readonly OrderLine[];
}

/** On hand of a product in a warehouse. */
export interface Stock {
  readonly materialId: string;
  readonly stockId: string;
  readonly qty: string;
}

/** Stock that a line of a document holds. */
export interface Occupancy {
  readonly billType: string;
  readonly billId: string;
  readonly entryId: string;
  readonly materialId: string;
  readonly stockId: string;
  readonly qty: string;
}
