/** Lighthouse's scores of a list of pages, in one browser: `node audit.js < wanted.json`. */
import { readFileSync } from "node:fs";
import lighthouse from "lighthouse";
import desktop from "lighthouse/core/config/desktop-config.js";
import puppeteer from "puppeteer-core";

// No search engine is to find pages about patients.
const FLAGS = { disableStorageReset: true, skipAudits: ["is-crawlable"] };
const CATEGORIES = ["performance", "accessibility", "best-practices", "seo"];

const { browser: executablePath, arguments: args, pages } = JSON.parse(readFileSync(0, "utf8"));
const browser = await puppeteer.launch({ executablePath, args, headless: "shell" });
const found = [];
for (const { name, url, phone, storage } of pages) {
  const context = await browser.createBrowserContext();
  const page = await context.newPage();
  await page.goto(new URL("/favicon.ico", url).href);
  await page.evaluate((entries) => entries.forEach((entry) => localStorage.setItem(...entry)), Object.entries(storage));
  const flags = { ...FLAGS, onlyCategories: CATEGORIES };
  const { lhr } = await lighthouse(url, flags, phone ? undefined : desktop, page);
  const scores = CATEGORIES.map((category) => Math.round((lhr.categories[category].score ?? 0) * 100));
  const poor = CATEGORIES.flatMap((category) => lhr.categories[category].auditRefs)
    .filter(({ id, weight }) => weight > 0 && (lhr.audits[id].score ?? 1) < 0.9)
    .map(({ id }) => `${lhr.audits[id].title} ${lhr.audits[id].displayValue ?? ""}`.trim());
  const moved = lhr.audits["layout-shifts"]?.details?.items ?? [];
  poor.push(...moved.filter(({ score }) => score > 0.05).map(({ node }) => `moves: ${node?.selector}`));
  found.push({ name, scores, poor });
  await context.close();
}
await browser.close();
console.log(JSON.stringify(found));
