// What Lighthouse says of a card on a throttled phone. Arguments: address of the server, folder of the tools, browser,
// paths of pages. Prints a line of JSON a page; ends with 1 below the goals.
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const [address, tools, browserPath, ...paths] = process.argv.slice(2);
const here = createRequire(join(resolve(tools), 'package.json'));
const puppeteer = here('puppeteer');
const { default: lighthouse } = await import(pathToFileURL(here.resolve('lighthouse')).href);

// Least scores, of 100; and the most that may come over the wire, in bytes.
const GOALS = { accessibility: 100, 'best-practices': 100, performance: 98 };
const MOST_BYTES = 60_000;
// Scores of performance vary from run to run; the middle one of so many counts.
const RUNS = 3;

const args = process.getuid() === 0 ? ['--no-sandbox'] : [];
const browser = await puppeteer.launch({ executablePath: browserPath, args: [...args, '--remote-debugging-port=0'] });
const port = Number(new URL(browser.wsEndpoint()).port);
let short = 0;
try {
  for (const path of paths) {
    const url = new URL(path, address).href;
    const runs = [];
    for (let run = 0; run < RUNS; run += 1) {
      const { lhr } = await lighthouse(url, { port, output: 'json', logLevel: 'error', onlyCategories: Object.keys(GOALS) });
      runs.push(lhr);
    }
    runs.sort((one, other) => one.categories.performance.score - other.categories.performance.score);
    const lhr = runs[(RUNS - 1) / 2];
    const scores = Object.fromEntries(Object.keys(GOALS).map((name) => [name, Math.round(lhr.categories[name].score * 100)]));
    const requests = lhr.audits['network-requests'].details.items;
    const bytes = requests.reduce((sum, { transferSize }) => sum + transferSize, 0);
    const elsewhere = requests.filter((request) => new URL(request.url).origin !== new URL(address).origin).length;
    const cookies = (await fetch(url)).headers.getSetCookie().length;
    console.log(JSON.stringify({ path, ...scores, bytes, requests: requests.length, elsewhere, cookies }));
    const failed = Object.entries(lhr.audits).filter(([, audit]) => audit.score !== null && audit.score < 0.9 && audit.scoreDisplayMode !== 'informative');
    for (const [id, audit] of failed) console.error(`${path}: ${id}: ${audit.title} ${audit.displayValue ?? ''}`);
    const below = Object.entries(GOALS).some(([name, goal]) => scores[name] < goal);
    if (below || bytes > MOST_BYTES || elsewhere > 0 || cookies > 0) short += 1;
  }
} finally {
  await browser.close();
}
process.exitCode = short > 0 ? 1 : 0;
