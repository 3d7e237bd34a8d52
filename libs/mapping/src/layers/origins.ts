/** Where a part of an effective document was written. */
export interface Origin {
  readonly from: 'base' | 'layer';
  /** Path in that document. */
  readonly path: string;
}

/** Which paths of an effective document come from where; everything else stands in the shipped one under the same path. */
export class Origins {
  private readonly known = new Map<string, Origin>();

  note(path: string, origin: Origin): void {
    this.known.set(path, origin);
  }

  /** The origin of a path: of itself, or of the nearest part that holds it. */
  of(path: string): Origin {
    let here = path;
    for (;;) {
      const origin = this.known.get(here);
      if (origin) return { from: origin.from, path: `${origin.path}${path.slice(here.length)}` };
      if (here === '') return { from: 'base', path };
      here = here.slice(0, Math.max(here.lastIndexOf('.'), here.lastIndexOf('['), 0));
    }
  }
}
