// Work on many rows that leaves the page alive: it pauses now and then.

let last = 0;

// breathe lets the page do what it has to, where it has waited for long.
export async function breathe(): Promise<void> {
  if (performance.now() - last < 12) return;
  await new Promise((resolve) => setTimeout(resolve, 0));
  last = performance.now();
}

const run = 2048; // rows that are sorted at once

// sorted sorts by parts and merges them; equal rows stay in their order. It ends
// early, without a result, where stop says so.
export async function sorted(order: Uint32Array, compare: (a: number, b: number) => number, stop: () => boolean): Promise<Uint32Array | undefined> {
  let from = order.slice(), to = new Uint32Array(order.length);
  for (let at = 0; at < from.length; at += run) {
    from.subarray(at, at + run).sort(compare);
    await breathe();
    if (stop()) return undefined;
  }
  for (let width = run; width < from.length; width *= 2) {
    for (let at = 0; at < from.length; at += 2 * width) {
      let a = at, b = Math.min(at + width, from.length);
      const aEnd = b, bEnd = Math.min(at + 2 * width, from.length);
      for (let i = at; i < bEnd; i++) {
        if ((i & 4095) === 0) {
          await breathe();
          if (stop()) return undefined;
        }
        to[i] = b >= bEnd || (a < aEnd && compare(from[a], from[b]) <= 0) ? from[a++] : from[b++];
      }
    }
    [from, to] = [to, from];
  }
  return from;
}
