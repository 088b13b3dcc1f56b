/** The QR code with its remaining time. It is renewed before it expires, as long as the page is visible. */
import { announce, byId, setText } from "../../shell/dom.js";
import { minutesAndSeconds } from "../../shell/format.js";
import { t } from "../../shell/messages.js";

/** A code is renewed this long before it expires, so that nobody scans one about to expire. In milliseconds. */
export const RENEW_BEFORE_MS = 15_000;

const RETRY_EVERY_MS = 5_000;

/** @typedef {import("./api.js").Session} Session */

export class QrCodePanel {
  #make;
  #refused;
  #expiresAt = 0;
  #lifeMs = 0;
  #retryAt = 0;
  #making = false;
  #series = 0;
  #stop = new AbortController();

  /**
   * @param {(endEarlierCodes: boolean) => Promise<Session>} make requests a new code
   * @param {(error: unknown) => boolean} refused returns whether a failure is final
   */
  constructor(make, refused) {
    this.#make = make;
    this.#refused = refused;
    const { signal } = this.#stop;
    const ticking = setInterval(() => this.#tick(), 500);
    signal.addEventListener("abort", () => clearInterval(ticking));
    document.addEventListener("visibilitychange", () => this.#tick(), { signal });
    byId("code-renew").addEventListener("click", () => this.renew(true), { signal });
    byId("code-copy").addEventListener("click", () => void this.#copy(), { signal });
    byId("code-link").addEventListener("focus", () => byId("code-link", HTMLInputElement).select(), { signal });
  }

  stop() {
    this.#stop.abort();
    byId("code-image", HTMLImageElement).removeAttribute("src");
    byId("code-link", HTMLInputElement).value = "";
  }

  /** @param {Session} session */
  show(session) {
    this.#series = session.codeSeries ?? 0;
    this.#lifeMs = session.expiresIn * 1000;
    this.#expiresAt = Date.now() + this.#lifeMs;
    const image = byId("code-image", HTMLImageElement);
    // Inside an image the markup can neither run scripts nor access the page.
    image.src = `data:image/svg+xml,${encodeURIComponent(withNamespace(session.qrSvg))}`;
    image.hidden = false;
    byId("code-link", HTMLInputElement).value = session.mobileUrl;
    this.#draw("ready", t("capture.code.new-in"));
    this.#tick();
  }

  /** @param {number} series of the codes that are valid: another desk may have ended this one */
  follow(series) {
    if (series > this.#series) void this.renew();
  }

  /** @param {boolean} [endEarlierCodes] so that nobody can use a code that was seen before */
  async renew(endEarlierCodes = false) {
    if (this.#making) return;
    this.#making = true;
    byId("code-renew", HTMLButtonElement).disabled = true;
    const live = Date.now() < this.#expiresAt;
    if (!live) this.#draw("loading", t("capture.code.making"));
    try {
      const session = await this.#make(endEarlierCodes);
      if (this.#stop.signal.aborted) return;
      this.show(session);
      if (endEarlierCodes) announce(t("capture.code.made"));
    } catch (error) {
      if (this.#stop.signal.aborted || this.#refused(error)) return;
      this.#retryAt = Date.now() + RETRY_EVERY_MS;
      this.#tick();
    } finally {
      this.#making = false;
      byId("code-renew", HTMLButtonElement).disabled = false;
    }
  }

  #tick() {
    if (this.#stop.signal.aborted || !this.#expiresAt) return;
    const now = Date.now();
    const left = this.#expiresAt - now;
    const early = Math.min(RENEW_BEFORE_MS, this.#lifeMs / 4);
    // Shows the time until the image changes; the code itself is valid a little longer.
    setText("code-left", left > 0 ? minutesAndSeconds(Math.max(0, left - early)) : "");
    if (left <= 0 && !this.#making) this.#draw("expired", t("capture.code.failed"));
    // Nobody scans a hidden page: let its code expire, and do not keep the session alive.
    if (left <= early && now >= this.#retryAt && !document.hidden) void this.renew();
  }

  /**
   * @param {"loading" | "ready" | "expired"} state
   * @param {string} text
   */
  #draw(state, text) {
    const frame = byId("code-frame");
    if (frame.dataset.state !== state) {
      frame.dataset.state = state;
      byId("code-cover").replaceChildren(...(state === "expired" ? [t("capture.code.expired")] : [spinner()]));
    }
    setText("code-status", text);
  }

  async #copy() {
    const link = byId("code-link", HTMLInputElement);
    try {
      await navigator.clipboard.writeText(link.value);
    } catch {
      // Without permission or a secure context: select the link, so that it can be copied by keyboard.
      link.focus();
      link.select();
      return;
    }
    const button = byId("code-copy");
    button.textContent = t("capture.code.copied");
    announce(t("capture.code.copied.told"));
    setTimeout(() => (button.textContent = t("capture.code.copy")), 2_000);
  }
}

/**
 * Inline SVG may omit its namespace; an image may not.
 * @param {string} svg
 */
function withNamespace(svg) {
  return /<svg[^>]*\sxmlns=/.test(svg) ? svg : svg.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"');
}

function spinner() {
  const element = document.createElement("div");
  element.className = "spinner";
  return element;
}
