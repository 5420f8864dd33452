// node browser.mjs NODE_MODULES PAGES HOSTILE LONG EMPTY CHROMIUM: uses the pages like a reader, with an
// accessibility checker.
import { createRequire } from "node:module";
import { readFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import assert from "node:assert/strict";

const [modules, pages, hostile, long, empty, chromium] = process.argv.slice(2);
const require = createRequire(join(modules, "x.js"));
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const profile = mkdtempSync(join(tmpdir(), "errcode-browser-"));
const args = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
const context = await require("playwright-core").chromium.launchPersistentContext(profile, {
  executablePath: chromium,
  args,
  headless: true,
  locale: "zh-CN",
});
const page = context.pages()[0];
const said = [];
page.on("console", (message) => said.push(message.text()));
page.on("pageerror", (error) => said.push(String(error)));
page.on("dialog", (dialog) => {
  said.push(`dialog ${dialog.message()}`);
  dialog.dismiss();
});
page.on("request", (request) => {
  if (!request.url().startsWith("file:")) {
    said.push(`request ${request.url()}`);
  }
});

async function accessible(name) {
  // `evaluate` is not subject to the Content-Security-Policy of the page.
  const violations = await page.evaluate(
    `${axe};
    // The checker would fetch the style, which the policy of the page forbids.
    axe.run(document, { preload: false, runOnly: ["wcag2a", "wcag2aa", "wcag21aa", "best-practice"] }).then((result) =>
      result.violations.map((it) =>
        it.id + ": " + it.nodes.map((node) => node.html + " " + node.failureSummary).join("; ")))`,
  );
  assert.deepEqual(violations, [], name);
}
const open = (file, dir = pages) => page.goto(`file://${dir}/${file}`);
const top = (selector) =>
  page
    .locator(selector)
    .first()
    .evaluate((it) => it.getBoundingClientRect().top + scrollY);
// Runs in the page: the contrast (WCAG 2.1) between the border of an element and the page.
function borderContrast(selector) {
  const luminance = (color) => {
    const [r, g, b] = color
      .match(/[\d.]+/g)
      .map(Number)
      .map((it) => it / 255)
      .map((it) => (it <= 0.04045 ? it / 12.92 : ((it + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const border = luminance(getComputedStyle(document.querySelector(selector)).borderTopColor);
  const behind = luminance(getComputedStyle(document.body).backgroundColor);
  return (Math.max(border, behind) + 0.05) / (Math.min(border, behind) + 0.05);
}
const codes = () => page.locator("#found .code").allTextContents();

try {
  for (const scheme of ["light", "dark"]) {
    for (const viewport of [
      { width: 1280, height: 800 },
      { width: 390, height: 844 },
    ]) {
      await page.emulateMedia({ colorScheme: scheme });
      await page.setViewportSize(viewport);
      for (const file of [
        "index.html",
        "codes/E2203.html",
        "codes/E2202.html",
        "codes/E2209.html",
        "codes/PROJECT_NOT_FOUND.html",
      ]) {
        await open(file);
        await accessible(`${file} ${scheme} ${viewport.width}`);
        const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        assert.ok(wide <= 0, `${file} is ${wide} px too wide at ${viewport.width}`);
        // Nothing of a body is cut off, such as the end of an id.
        const cut = await page.evaluate(() =>
          Array.from(document.querySelectorAll("details[open] .body"), (it) => it.scrollWidth - it.clientWidth),
        );
        assert.ok(viewport.width > 640 || cut.every((it) => it <= 0), `${file} cuts ${cut} px`);
      }
    }
  }
  await page.setViewportSize({ width: 1280, height: 800 });
  // Search by code, title, a pasted message in both languages, a log line, and without a match.
  await open("index.html");
  for (const [query, expected] of [
    ["e2201", ["E2201"]],
    ["project_not_found", ["E2201"]],
    ["锁定", ["E2203"]],
    ["项目 17 不存在", ["E2201"]],
    ["The number P-9 is taken.", ["E2202"]],
    ["the number P-9 is taken", ["E2202"]],
    ["ERROR E2301: down", ["E2301"]],
    ["never have existed", ["E2201"]],
    ["zzz", []],
  ]) {
    await page.fill("#q", query);
    assert.deepEqual((await codes()).slice(0, Math.max(1, expected.length)), expected, query);
  }
  assert.ok(await page.isVisible("#none"));
  await accessible("no match");
  // A status finds its codes, those of the service first, and a line of the log its code.
  await page.fill("#q", "404");
  assert.deepEqual(await codes(), ["E2201", "HTTP_404"]);
  await page.fill("#q", "5xx");
  assert.ok((await codes()).includes("E2301") && !(await codes()).includes("E2201"));
  await page.fill("#q", "mei may not read project 17");
  assert.equal((await codes())[0], "E2303");
  // The hint of the search field is in the language of the page, and so is the title.
  assert.equal(await page.getAttribute("#q", "placeholder"), "E2201 · 项目 1 不存在");
  await page.click("#lang");
  assert.equal(await page.getAttribute("#q", "placeholder"), "E2201 · There is no project 1.");
  assert.equal(await page.title(), "project-service · Error codes");
  await page.click("#lang");
  assert.equal(await page.title(), "project-service · 错误码");
  // Filters and deep links.
  await page.fill("#q", "");
  await page.selectOption("#status", "409");
  assert.deepEqual(await codes(), ["E2202", "HTTP_409"]);
  assert.ok(page.url().endsWith("#status=409"), page.url());
  await page.selectOption("#owner", "project-team");
  assert.deepEqual(await codes(), ["E2202"]);
  await open("index.html#q=%E9%A1%B9%E7%9B%AE%2017%20%E4%B8%8D%E5%AD%98%E5%9C%A8");
  await page.reload();
  assert.equal(await page.inputValue("#q"), "项目 17 不存在");
  assert.deepEqual(await codes(), ["E2201"]);
  await accessible("results");
  // A new link resets the state of an older one.
  await open("index.html");
  await page.selectOption("#status", "409");
  await page.evaluate(() => {
    location.hash = "#q=E2201";
  });
  await page.waitForFunction(() => document.getElementById("q").value === "E2201");
  assert.equal(await page.inputValue("#status"), "");
  assert.deepEqual((await codes())[0], "E2201");
  // Each module has a heading, and there is a filter.
  await page.fill("#q", "");
  assert.ok((await page.textContent("#group-1")).includes("project"));
  await page.selectOption("#module", "project");
  assert.deepEqual(await codes(), ["E2201", "E2202", "E2203", "E2301", "E2302", "E2303"]);
  // The filter distinguishes "conditionally retryable" and "retryable".
  await page.selectOption("#module", "");
  await page.selectOption("#retry", "no");
  assert.ok(!(await codes()).includes("E2203"));
  // No match, and clearing the search.
  await page.fill("#q", "zzz");
  await page.click("#clear");
  assert.deepEqual([await page.inputValue("#q"), await page.inputValue("#retry")], ["", ""]);
  assert.ok((await page.isVisible("#all")) && page.url().endsWith("index.html"), page.url());
  // The framework codes are folded and not counted, but found.
  assert.ok(!(await page.isVisible("#framework .code")));
  assert.match(await page.textContent("#count"), /^6 /);
  await page.fill("#q", "http_404");
  assert.equal((await codes())[0], "HTTP_404");
  assert.ok(await page.locator("#found .code").first().isVisible());
  await page.fill("#q", "");
  // A single left edge, and aligned rows.
  const lefts = await page.evaluate(() =>
    [".home", "#q", "#module", "#all .code", ".filters", "h2:not(.hush)"].map(
      (it) => document.querySelector(it).getBoundingClientRect().left,
    ),
  );
  assert.equal(new Set(lefts.map(Math.round)).size, 1, String(lefts));
  const aligned = await page.evaluate(
    () =>
      new Set(
        Array.from(document.querySelectorAll("#codes .title"), (it) =>
          Math.round(it.getBoundingClientRect().left),
        ),
      ).size,
  );
  assert.equal(aligned, 1);
  // The focus ring is around the whole row.
  await page.focus("#q");
  await page.keyboard.press("ArrowDown");
  assert.deepEqual(
    await page.evaluate(() => {
      const style = getComputedStyle(document.activeElement.closest("li"));
      return [style.outlineStyle, style.outlineWidth];
    }),
    ["solid", "3px"],
  );
  // The borders of controls have a contrast of 3:1 (WCAG 1.4.11) in both color schemes.
  for (const scheme of ["light", "dark"]) {
    await page.emulateMedia({ colorScheme: scheme });
    for (const name of ["#q", "#status", "#lang"]) {
      const contrast = await page.evaluate(borderContrast, name);
      assert.ok(contrast >= 3, `${name} ${scheme} ${contrast}`);
    }
  }
  await page.emulateMedia({ colorScheme: "light" });
  // On a phone the first code is near the top, and the keyboard hint is hidden.
  await page.setViewportSize({ width: 375, height: 812 });
  assert.ok((await top("#codes .code")) < 300, String(await top("#codes .code")));
  assert.ok(
    !(await page.isVisible(".hint")) || (await page.locator(".find > label").boundingBox()).width <= 1,
  );
  await page.setViewportSize({ width: 1280, height: 800 });
  // The page of a code: the example next to the texts, each fact once, the head of the response, the copy button.
  await open("codes/E2203.html");
  assert.ok((await top(".examples .body")) < 800);
  const columns = await page.evaluate(() =>
    [".text", ".examples"]
      .map((it) => document.querySelector(it).getBoundingClientRect())
      .map((it) => [it.left, it.right]),
  );
  assert.ok(columns[0][1] <= columns[1][0], String(columns));
  assert.equal(
    (await page.locator("main").innerText()).split("423 Locked").length,
    3,
    "once as a fact, once in the response",
  );
  assert.equal(
    await page.locator("pre.head").first().textContent(),
    "HTTP/1.1 423 Locked\nContent-Type: application/json\nX-Error-Code: E2203\nRetry-After: 30\nX-Locked: yes\n",
  );
  assert.deepEqual(await page.locator("tbody tr").allInnerTexts(), [
    'user\tstring\t"user"',
    "retry_after\tinteger\t30",
    "tries\tinteger | null\t1",
    'holders\tstring[]\t["holders"]',
  ]);
  assert.equal(await page.getAttribute(".prose", "lang"), "en");
  const body = await page.locator(".body").first().innerText();
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.locator(".copy").first().click();
  await page.waitForFunction(() => document.getElementById("copied").textContent !== "");
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), body);
  // Without a clipboard, as on a page without TLS, it copies the selection.
  await page.evaluate(() => {
    navigator.clipboard.writeText("");
    Object.defineProperty(Navigator.prototype, "clipboard", { get: () => undefined });
  });
  await page.locator(".copy").first().click();
  assert.equal(await page.evaluate(() => String(getSelection())), body);
  // Names are translated in Chinese, and each text of the catalog is in the language of the page.
  assert.ok(await page.getByText("业务").first().isVisible());
  const shows = async (shown, hidden) => {
    const text = await page.locator("main").innerText();
    for (const it of shown) assert.ok(text.includes(it), it);
    for (const it of hidden) assert.ok(!text.includes(it), it);
  };
  const zh = ["项目已锁定", "请稍候。", "项目已被 {user} 锁定", '"message": "项目已被 user 锁定"'];
  const en = ["Project locked", "Wait.", "is locked by {user}.", '"message": "The project is locked by user."'];
  await shows(zh, en);
  await page.click("#lang");
  await shows(en, zh);
  await page.evaluate((key) => localStorage.removeItem(key), "errcode-lang");
  // `/` leads to the search, and the module to its codes.
  await page.keyboard.press("/");
  await page.waitForURL(/index\.html#search$/);
  await page.waitForFunction(() => document.activeElement.id === "q");
  await page.keyboard.type("locked");
  await page.waitForSelector("#found mark", { state: "attached" });
  assert.equal((await page.locator("#found mark").first().textContent()).toLowerCase(), "locked");
  await accessible("marked results");
  await open("codes/E2203.html");
  await page.click(".lead a");
  await page.waitForURL(/index\.html#module=/);
  await page.waitForFunction(() => !document.getElementById("results").hidden);
  assert.equal((await codes()).length, 6);
  await open("codes/E2203.html");
  // Short words are not broken.
  await page.setViewportSize({ width: 375, height: 812 });
  assert.ok((await page.locator("th").nth(2).boundingBox()).height < 45);
  await page.setViewportSize({ width: 1280, height: 800 });
  // Without scripts the page shows everything, and no controls without function.
  const without = await require("playwright-core").chromium.launch({
    executablePath: chromium,
    args,
    headless: true,
  });
  const still = await (await without.newContext({ javaScriptEnabled: false })).newPage();
  for (const [file, selector] of [
    ["codes/E2203.html", ".examples .body"],
    ["index.html", "#codes .code"],
  ]) {
    await still.goto(`file://${pages}/${file}`);
    assert.equal(await still.locator("button:visible, input:visible, select:visible").count(), 0, file);
    assert.ok(await still.locator(selector).first().isVisible(), file);
  }
  // A file is in the reader's first language that the pages have, else in the catalog's.
  for (const [locale, lang] of [
    ["en-GB", "en"],
    ["zh-TW", "zh"],
    ["fr-FR", "zh"],
  ]) {
    const reader = await (await without.newContext({ locale })).newPage();
    for (const file of ["codes/E2203.html", "index.html"]) {
      await reader.goto(`file://${pages}/${file}`);
      assert.equal((await reader.locator("html").getAttribute("lang")).slice(0, 2), lang, `${locale} ${file}`);
    }
  }
  await without.close();
  // Long texts and codes.
  await open("index.html", long);
  const rows = await page.evaluate(() =>
    Array.from(document.querySelectorAll("#codes li"), (li) =>
      [li.querySelector(".title"), li.querySelector(".msg")]
        .map((it) => it.getBoundingClientRect())
        .map((it) => [Math.round(it.left), it.height]),
    ),
  );
  assert.equal(new Set(rows.map(([title]) => title[0])).size, 1, JSON.stringify(rows));
  assert.ok(
    rows.every(([, message]) => message[1] < 56),
    JSON.stringify(rows),
  );
  assert.ok((await page.locator("#codes .tag").allInnerTexts()).includes("conditionally retryable"));
  // The placeholder and tag `gateway` of the first code rank below the text of the other one.
  await page.fill("#q", "gateway");
  assert.deepEqual(await codes(), ["PAYMENT_GATEWAY_DID_NOT_ANSWER_IN_TIME", "P1"]);
  for (const width of [1280, 375]) {
    await page.setViewportSize({ width, height: 812 });
    for (const file of ["index.html", "codes/PAYMENT_GATEWAY_DID_NOT_ANSWER_IN_TIME.html"]) {
      await open(file, long);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert.ok(wide <= 0, `${file} of long texts is ${wide} px too wide at ${width}`);
      await accessible(`long ${file} ${width}`);
    }
  }
  await page.setViewportSize({ width: 1280, height: 800 });
  // An empty catalog says what to do.
  await open("index.html", empty);
  assert.ok(await page.getByText("no codes yet").isVisible());
  await accessible("an empty catalog");
  // Keyboard only.
  await open("index.html#");
  await page.reload();
  await page.keyboard.press("/");
  await page.keyboard.type("E220");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  assert.equal(await page.evaluate(() => document.activeElement.textContent), "E2202");
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("ArrowUp");
  assert.equal(await page.evaluate(() => document.activeElement.id), "q");
  await page.keyboard.press("Escape");
  assert.equal(await page.inputValue("#q"), "");
  await page.keyboard.type("e2203");
  await page.keyboard.press("Enter");
  await page.waitForURL(/codes\/E2203\.html$/);
  // Language and theme.
  assert.ok(await page.getByText("示例响应").isVisible());
  await page.click("#lang");
  assert.ok(
    (await page.getByText("Example responses").isVisible()) &&
      !(await page.getByText("示例响应").isVisible()),
  );
  await page.click("#theme");
  const dark = await page.evaluate(() => document.documentElement.dataset.theme);
  assert.ok(dark === "light" || dark === "dark");
  await page.reload();
  assert.deepEqual(
    await page.evaluate(() => [document.documentElement.dataset.theme, document.documentElement.lang]),
    [dark, "en"],
  );
  // Texts that try to be scripts.
  for (const file of ["index.html", "codes/X1.html"]) {
    await open(file, hostile);
    await page.evaluate(() =>
      document.querySelectorAll("details").forEach((it) => {
        it.open = true;
      }),
    );
    assert.equal(await page.evaluate(() => document.scripts.length), 1, file);
    if (file === "index.html") {
      await page.fill("#q", "x1");
    }
    await accessible(`hostile ${file}`);
  }
  assert.deepEqual(said, []);
  console.log("all pages are fine");
} finally {
  await context.close();
  rmSync(profile, { recursive: true, force: true });
}
