// node browser.mjs NODE_MODULES PAGES HOSTILE CHROMIUM: opens the pages as a reader does, with an accessibility checker.
import { createRequire } from "node:module";
import { readFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import assert from "node:assert/strict";

const [modules, pages, hostile, chromium] = process.argv.slice(2);
const require = createRequire(join(modules, "x.js"));
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const profile = mkdtempSync(join(tmpdir(), "errcode-browser-"));
const args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];
const context = await require("playwright-core").chromium.launchPersistentContext(profile, { executablePath: chromium, args, headless: true });
const page = context.pages()[0];
const said = [];
page.on("console", (message) => said.push(message.text()));
page.on("pageerror", (error) => said.push(String(error)));
page.on("dialog", (dialog) => { said.push(`dialog ${dialog.message()}`); dialog.dismiss(); });
page.on("request", (request) => { if (!request.url().startsWith("file:")) { said.push(`request ${request.url()}`); } });

async function accessible(name) {
  // `evaluate` runs by the debugger, past the page's Content-Security-Policy.
  const violations = await page.evaluate(`${axe}; axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21aa", "best-practice"] }).then((result) => result.violations.map((it) => it.id + ": " + it.nodes.map((node) => node.html + " " + node.failureSummary).join("; ")))`);
  assert.deepEqual(violations, [], name);
}
const open = (file, dir = pages) => page.goto(`file://${dir}/${file}`);
const codes = () => page.locator("#found .code").allTextContents();

try {
  for (const scheme of ["light", "dark"]) {
    for (const viewport of [{ width: 1280, height: 800 }, { width: 390, height: 844 }]) {
      await page.emulateMedia({ colorScheme: scheme });
      await page.setViewportSize(viewport);
      for (const file of ["index.html", "codes/E2203.html", "codes/E2202.html", "codes/E2209.html", "codes/PROJECT_NOT_FOUND.html"]) {
        await open(file);
        await accessible(`${file} ${scheme} ${viewport.width}`);
        const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        assert.ok(wide <= 0, `${file} is ${wide} px too wide at ${viewport.width}`);
      }
    }
  }
  await page.setViewportSize({ width: 1280, height: 800 });
  // Search: by code, by title, by a pasted message in both languages, by a log line, by nothing that is there.
  await open("index.html");
  for (const [query, expected] of [
    ["e2201", ["E2201"]],
    ["project_not_found", ["E2201"]],
    ["锁定", ["E2203"]],
    ["项目 17 不存在", ["E2201"]],
    ["The number P-9 is taken.", ["E2202"]],
    ["ERROR E2301: down", ["E2301"]],
    ["never have existed", ["E2201"]],
    ["zzz", []],
  ]) {
    await page.fill("#q", query);
    assert.deepEqual((await codes()).slice(0, Math.max(1, expected.length)), expected, query);
  }
  assert.ok(await page.isVisible("#none"));
  await accessible("no match");
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
  // By keyboard alone.
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
  assert.ok(await page.getByText("Example responses").isVisible() && !(await page.getByText("示例响应").isVisible()));
  await page.click("#theme");
  const dark = await page.evaluate(() => document.documentElement.dataset.theme);
  assert.ok(dark === "light" || dark === "dark");
  await page.reload();
  assert.deepEqual(await page.evaluate(() => [document.documentElement.dataset.theme, document.documentElement.lang]), [dark, "en"]);
  // Texts that want to be scripts.
  for (const file of ["index.html", "codes/X1.html"]) {
    await open(file, hostile);
    await page.evaluate(() => document.querySelectorAll("details").forEach((it) => { it.open = true; }));
    assert.equal(await page.evaluate(() => document.scripts.length), 1, file);
    if (file === "index.html") { await page.fill("#q", "x1"); }
    await accessible(`hostile ${file}`);
  }
  assert.deepEqual(said, []);
  console.log("all pages are fine");
} finally {
  await context.close();
  rmSync(profile, { recursive: true, force: true });
}
