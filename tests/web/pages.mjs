// Every page of a running server: does everybody get to read it?
//
// Usage: node pages.mjs ADDRESS TOOLS BROWSER
// TOOLS is a folder with node_modules. One line a finding, one line of counts at the end. Exit 1 where there is a finding.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import { check_people } from './people.mjs';

const [address, tools, browserPath] = process.argv.slice(2);
const here = createRequire(join(resolve(tools), 'package.json'));
const { chromium } = here('playwright-core');
const { HtmlValidate } = here('html-validate');
const pa11y = here('pa11y');
const puppeteer = here('puppeteer');
const axe = readFileSync(here.resolve('axe-core/axe.min.js'), 'utf8');
const vnu = here.resolve('vnu-jar/build/dist/vnu.jar');

const LANGUAGES = ['en', 'hi', 'ta'];
const SCHEMES = ['light', 'dark'];
// More pages than this mean that links lead in circles.
const MOST_PAGES = 500;
// A window of 1280 px at 200 % and at 400 %; the latter is the narrowest of WCAG 2.2, success criterion 1.4.10.
const NARROW = [640, 320];
// Style is for people: the server's templates leave space and order as they come.
const markup = new HtmlValidate({
  extends: ['html-validate:standard', 'html-validate:a11y'],
  rules: {
    'no-trailing-whitespace': 'off',
    'long-title': 'off',
    // ARIA 1.2 lets a list have a name: the list of languages has one.
    'aria-label-misuse': ['error', { allowAnyNamable: true }],
  },
});

const folder = mkdtempSync(join(tmpdir(), 'pages-'));
let findings = 0;
const counts = { pages: 0, axe: 0, pa11y: 0, 'html-validate': 0, vnu: 0, narrow: 0, people: 0 };
// One line a finding, as it comes.
function report(page, tool, sentence) {
  findings += 1;
  console.log(`${page}: ${tool}: ${sentence.replace(/\s+/g, ' ')}`);
}

// The same page in this language.
function inLanguage(path, language) {
  const url = new URL(path, address);
  url.searchParams.set('lang', language);
  return url.pathname + url.search;
}

// Links of a page that stay on this server, without language and fragment.
function links(html, from) {
  const found = [];
  for (const [, href] of html.matchAll(/<a\b[^>]*?\shref="([^"]*)"/g)) {
    const url = new URL(href.replaceAll('&amp;', '&'), new URL(from, address));
    if (url.origin !== new URL(address).origin) continue;
    url.searchParams.delete('lang');
    found.push(url.pathname + url.search);
  }
  return found;
}

// Every page that links lead to from the first one.
async function walk() {
  const known = new Set(['/', '/no/such-page', '/cards?region=IN&sort=title', '/cards?operator=nobody', '/cards/example-social-feed/compare/1/1']);
  const pages = [];
  for (const path of known) {
    const answer = await fetch(new URL(path, address), { redirect: 'follow' });
    if (!answer.headers.get('content-type')?.startsWith('text/html')) {
      await answer.body?.cancel();
      continue;
    }
    if (answer.status >= 400 && path !== '/no/such-page') report(path, 'links', `the answer is ${answer.status}`);
    if (answer.headers.has('set-cookie')) report(path, 'cookies', 'a reader is given a cookie');
    for (const next of links(await answer.text(), path)) known.add(next);
    pages.push(path);
    if (pages.length > MOST_PAGES) throw new Error(`more than ${MOST_PAGES} pages`);
  }
  return pages;
}

// Markup, as two checkers see it.
async function check_markup(paths) {
  const files = new Map();
  for (const path of paths) {
    const html = await (await fetch(new URL(path, address))).text();
    const result = await markup.validateString(html, path);
    counts['html-validate'] += 1;
    for (const { messages } of result.results) {
      for (const one of messages) report(path, 'html-validate', `${one.ruleId} (line ${one.line}): ${one.message}`);
    }
    const file = join(folder, `${files.size}.html`);
    writeFileSync(file, html);
    files.set(file, path);
  }
  counts.vnu += files.size;
  const said = execFileSync('java', ['-jar', vnu, '--format', 'json', '--stdout', '--exit-zero-always', ...files.keys()], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  for (const one of JSON.parse(said).messages) {
    if (one.type === 'info' && one.subType !== 'warning') continue;
    report(files.get(new URL(one.url).pathname), 'vnu', `${one.message} (line ${one.lastLine})`);
  }
}

// What a browser shows in this colour scheme.
async function check_shown(browser, paths, colorScheme) {
  const context = await browser.newContext({ colorScheme, viewport: { width: 1280, height: 900 }, bypassCSP: true });
  const page = await context.newPage();
  let path = '';
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (url.protocol.startsWith('http') && url.origin !== new URL(address).origin) {
      report(path, 'requests', `something is asked from ${url.origin}`);
    }
  });
  for (path of paths) {
    await page.goto(new URL(path, address).href);
    await page.evaluate(axe);
    // The one rule of WCAG 2.2 that axe has is off unless it is asked for.
    const { violations } = await page.evaluate(() => globalThis.axe.run({ rules: { 'target-size': { enabled: true } } }));
    counts.axe += 1;
    for (const one of violations) {
      report(path, `axe, ${colorScheme}`, `${one.id}: ${one.help}, at ${one.nodes[0].target} (${one.nodes.length} places)`);
    }
    if (colorScheme === SCHEMES[0]) await check_narrow(page, path);
  }
  if ((await context.cookies()).length > 0) report('/', 'cookies', 'the browser holds a cookie');
  await context.close();
}

// In a narrow window nobody must scroll sideways.
async function check_narrow(page, path) {
  for (const window of NARROW) {
    await page.setViewportSize({ width: window, height: 900 });
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    if (width > window) report(path, 'narrow', `${width} px wide in a window of ${window} px`);
    counts.narrow += 1;
  }
  await page.setViewportSize({ width: 1280, height: 900 });
}

// What two more checkers of accessibility say, in a browser of their own.
async function check_pa11y(paths) {
  const browser = await puppeteer.launch({ executablePath: browserPath, args });
  try {
    for (const path of paths) {
      const { issues } = await pa11y(new URL(path, address).href, { browser, runners: ['htmlcs', 'axe'], standard: 'WCAG2AA' });
      for (const one of issues) report(path, `pa11y, ${one.runner}`, `${one.code}: ${one.message}, at ${one.selector}`);
      counts.pa11y += 1;
    }
  } finally {
    await browser.close();
  }
}

// Chromium refuses its own sandbox to root; the pages are our own.
const args = process.getuid() === 0 ? ['--no-sandbox'] : [];
const browser = await chromium.launch({ executablePath: browserPath, args });
try {
  const pages = await walk();
  counts.pages = pages.length;
  const paths = pages.flatMap((path) => LANGUAGES.map((language) => inLanguage(path, language)));
  await check_markup(paths);
  for (const scheme of SCHEMES) await check_shown(browser, paths, scheme);
  // Words differ between languages, what these two look at does not.
  await check_pa11y(pages);
  counts.people = await check_people(browser, address, pages, report);
} finally {
  await browser.close();
  rmSync(folder, { recursive: true });
}
console.log(`${findings} findings; ${Object.entries(counts).map(([what, count]) => `${count} ${what}`).join(', ')}`);
process.exitCode = findings > 0 ? 1 : 0;
