/**
 * Places where fault tests stop the process dead, set by `ISTHMUS_FAILPOINT=<point>[:<times>][@<key>]`, for example
 * `deliver-written:1` or `merge@C-0042`. Without the variable nothing ever happens here.
 */
export interface Failpoints {
  hit(point: string, keys: readonly string[]): void;
}

/** Reads the setting; an unset or empty one makes failpoints that do nothing. */
export function readFailpoints(
  setting: string | undefined,
  die: () => void = () => process.kill(process.pid, 'SIGKILL'),
): Failpoints {
  const parsed = /^([a-z-]+)(?::(\d+))?(?:@(.+))?$/.exec(setting ?? '');
  if (!parsed) return { hit: () => undefined };
  const [, point, times, key] = parsed;
  let left = Number(times ?? Number.MAX_SAFE_INTEGER);
  return {
    hit: (at, keys) => {
      if (at !== point || (key !== undefined && !keys.includes(key))) return;
      left -= 1;
      if (left < 0) return;
      die();
    },
  };
}
