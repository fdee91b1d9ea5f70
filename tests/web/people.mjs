// What people do who have no mouse, no script, own colours, or no wish to see things move.

// What takes the keyboard's focus.
const FOCUSABLE = 'a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex]:not([tabindex="-1"])';
// The thinnest line around what has the focus, in CSS pixels.
const OUTLINE = 2;

// Looks at the element that has the focus: its place among all, and what is wrong with how it is shown.
function focused([selector, outline]) {
  const element = document.activeElement;
  const all = [...document.querySelectorAll(selector)].filter((one) => one.checkVisibility({ visibilityProperty: true }));
  const at = all.indexOf(element);
  if (at < 0) return { at, count: all.length, name: '', wrong: null };
  const style = getComputedStyle(element);
  const name = `<${element.localName}> ${(element.textContent || element.id).trim().slice(0, 40)}`;
  const lined = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= outline;
  if (!lined && style.boxShadow === 'none') return { at, count: all.length, name, wrong: 'its focus cannot be seen' };
  const box = element.getClientRects()[0];
  const on = box && document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
  const shown = on && (element.contains(on) || on.contains(element));
  return { at, count: all.length, name, wrong: shown ? null : 'something covers it while it has the focus' };
}

// Everything can be reached with the Tab key, once each, in the order of the page, and is seen while it has the focus.
async function check_keyboard(page, path, report) {
  const reached = new Set();
  let last = -1;
  for (;;) {
    await page.keyboard.press('Tab');
    const { at, count, name, wrong } = await page.evaluate(focused, [FOCUSABLE, OUTLINE]);
    if (wrong) report(path, 'keyboard', `${name}: ${wrong}`);
    if (at < last || at < 0 || reached.size > count) {
      if (reached.size < count) report(path, 'keyboard', `${reached.size} of ${count} can be reached`);
      return;
    }
    reached.add(at);
    last = at;
  }
}

// In forced colours bars stay apart from what they lie on.
async function check_forced(browser, address, paths, report) {
  const context = await browser.newContext({ forcedColors: 'active', bypassCSP: true });
  const page = await context.newPage();
  for (const path of paths) {
    await page.goto(new URL(path, address).href);
    const same = await page.evaluate(() => [...document.querySelectorAll('svg rect.bar')].filter((bar) => {
      const track = bar.parentElement.querySelector('rect.track');
      return track && getComputedStyle(bar).fill === getComputedStyle(track).fill;
    }).length);
    if (same > 0) report(path, 'forced colours', `${same} bars cannot be told from what they lie on`);
  }
  await context.close();
}

// Whoever wants less motion gets none.
async function check_motion(browser, address, paths, report) {
  const context = await browser.newContext({ reducedMotion: 'reduce', bypassCSP: true });
  const page = await context.newPage();
  for (const path of paths) {
    await page.goto(new URL(path, address).href);
    const moving = await page.evaluate(() => [...document.querySelectorAll('*')].filter((element) => {
      const style = getComputedStyle(element);
      const seconds = (text) => Math.max(...text.split(',').map(parseFloat));
      return seconds(style.transitionDuration) > 0.01 || (style.animationName !== 'none' && seconds(style.animationDuration) > 0.01);
    }).length);
    if (moving > 0) report(path, 'motion', `${moving} elements move`);
  }
  await context.close();
}

// What a page says to readers.
async function said(page, url) {
  await page.goto(url);
  return (await page.locator('main').innerText()).replace(/\s+/g, ' ').trim();
}

// Without scripts every page says what it says with them, and a system can be tried.
async function check_without_scripts(browser, address, paths, report) {
  const [off, on] = await Promise.all([false, true].map((javaScriptEnabled) => browser.newContext({ javaScriptEnabled })));
  const [without, with_scripts] = [await off.newPage(), await on.newPage()];
  let tried = 0;
  for (const path of paths) {
    const url = new URL(path, address).href;
    const text = await said(without, url);
    if (!path.endsWith('/try')) {
      // A script may add tools, such as checking a file, but no words may need it.
      const missing = (await said(with_scripts, url)).length - text.length;
      if (missing > text.length / 10) report(path, 'without scripts', `${missing} letters are missing`);
      continue;
    }
    tried += 1;
    const order = await without.locator('#order').innerText();
    const field = without.locator('#trial-form input[type=number]').first();
    const value = Number(await field.inputValue());
    for (const other of [value + 1000, value - 1000, 0]) {
      await without.locator('#trial-form input[type=number]').first().fill(String(other));
      await Promise.all([without.waitForLoadState('load'), without.locator('#trial-form button[type=submit]').click()]);
      if ((await without.locator('#order').innerText()) !== order) break;
      if (other === 0) report(path, 'without scripts', 'no other value changes the order that is shown');
    }
    if ((await without.locator('#said').innerText()).trim() === '') report(path, 'without scripts', 'nothing is said about what moved');
  }
  if (tried === 0) report('/', 'without scripts', 'no page was found on which a system can be tried');
  await Promise.all([off.close(), on.close()]);
}

// Runs all of it. Gives how many pages were looked at.
export async function check_people(browser, address, paths, report) {
  for (const viewport of [{ width: 1280, height: 900 }, { width: 360, height: 740 }]) {
    const context = await browser.newContext({ viewport });
    const page = await context.newPage();
    for (const path of paths) {
      await page.goto(new URL(path, address).href);
      await check_keyboard(page, path, report);
    }
    await context.close();
  }
  await check_forced(browser, address, paths, report);
  await check_motion(browser, address, paths, report);
  await check_without_scripts(browser, address, paths, report);
  return paths.length;
}
