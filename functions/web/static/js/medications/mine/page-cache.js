/** Keeps this page without its data for the service worker, which serves it where there is no network. */
import { PAGE_CACHE } from "../page-cache-name.js";

/** The page as the server has it now, with what it loads; older versions go. */
export async function keepPage() {
  try {
    const cache = await caches.open(PAGE_CACHE);
    const loaded = [...document.querySelectorAll("script[src], link[href]")].map((each) => each.getAttribute("src") ?? each.getAttribute("href") ?? "");
    const there = (await cache.keys()).map(({ url }) => new URL(url).pathname);
    await cache.addAll([location.pathname, ...loaded.filter((path) => !there.includes(path))]);
    for (const path of there) if (path !== location.pathname && !loaded.includes(path)) await cache.delete(path);
  } catch {
    // There is no network, or no cache, as in some private windows.
  }
}
