/** Prometheus text as OpenMetrics: the family of a counter is named without `_total`, and the text has an end mark. */
export function openMetricsText(text: string): string {
  const counters = new Set([...text.matchAll(/^# TYPE (\S+)_total counter$/gm)].map((found) => found[1] as string));
  const lines = text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const described = /^# (HELP|TYPE) (\S+)_total (.*)$/.exec(line);
      return described && counters.has(described[2] as string)
        ? `# ${described[1]} ${described[2]} ${described[3]}`
        : line;
    });
  return `${lines.join('\n')}\n# EOF\n`;
}
