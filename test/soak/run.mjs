// One run: intervals of load, and a sample after each.

/**
 * @param host what openNode() or openBrowser() returned
 * @param onSample is called with each sample
 * @returns the samples, and what failed
 */
export async function soak(host, { minutes, interval }, onSample = () => undefined) {
  const begin = performance.now();
  const end = begin + minutes * 60_000;
  const samples = [];
  const failures = [];
  while (performance.now() < end && failures.length === 0) {
    const start = performance.now();
    await host.load(interval * 1000);
    const seconds = (performance.now() - start) / 1000;
    const { counts, process } = await host.sample();
    const { kinds, failures: more } = await host.take();
    failures.push(...more);
    const second = (performance.now() - begin) / 1000;
    samples.push({ second, seconds, counts, process, kinds });
    onSample(samples.at(-1));
  }
  return { samples, failures };
}
