/**
 * Gathers figures and prints them: a table for people, or one JSON line a figure as soon as it is known.
 */
export class Report {
  constructor(asJson) {
    this.asJson = asJson;
    this.figures = [];
  }

  /** What is going on; never on the same channel as JSON lines. */
  say(text) {
    if (this.asJson) console.error(text);
    else console.log(text);
  }

  /**
   * @param figure `bench` name, `value`, `unit`, `floor` (the same figure of the floor, if it has one), and what is asked for:
   *   `atMost` or `atLeast` of the value, `ratioAtLeast` of value to floor
   */
  add({ bench, value, unit, floor = null, atMost, atLeast, ratioAtLeast }) {
    const ratio = floor === null ? null : rounded(value / floor);
    const figure = { bench, value: rounded(value), unit, floor: floor === null ? null : rounded(floor), ratio };
    const asked = [
      ...(atMost === undefined ? [] : [{ text: `≤ ${atMost}`, met: value <= atMost }]),
      ...(atLeast === undefined ? [] : [{ text: `≥ ${atLeast}`, met: value >= atLeast }]),
      ...(ratioAtLeast === undefined ? [] : [{ text: `ratio ≥ ${ratioAtLeast}`, met: ratio >= ratioAtLeast }]),
    ];
    this.figures.push({ figure, asked });
    if (this.asJson) console.log(JSON.stringify(figure));
  }

  /** Prints the table, and says which figures are not what is asked for. */
  end() {
    if (!this.asJson) console.log(`\n${table(this.figures)}`);
    const missed = this.figures.filter(({ asked }) => asked.some(({ met }) => !met));
    if (missed.length > 0) this.say(`\nNot as asked for: ${missed.map(({ figure }) => figure.bench).join(', ')}`);
  }
}

function rounded(value) {
  return Number(value.toPrecision(4));
}

function table(figures) {
  const rows = [
    ['figure', 'hub', 'floor', 'ratio', 'unit', 'asked for'],
    ...figures.map(({ figure, asked }) => [
      figure.bench,
      String(figure.value),
      figure.floor === null ? '' : String(figure.floor),
      figure.ratio === null ? '' : String(figure.ratio),
      figure.unit,
      asked.map(({ text, met }) => `${text} ${met ? '✓' : '✗'}`).join(', '),
    ]),
  ];
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  const isNumber = (column) => column >= 1 && column <= 3;
  const line = (row) =>
    row
      .map((cell, column) => (isNumber(column) ? cell.padStart(widths[column]) : cell.padEnd(widths[column])))
      .join('  ')
      .trimEnd();
  return rows.map(line).join('\n');
}
