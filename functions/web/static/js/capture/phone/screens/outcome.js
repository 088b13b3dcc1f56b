import { t } from "../../../shell/messages.js";
import { byId, announce } from "../dom.js";
import { patientOf } from "../session.js";

/** @typedef {{title: string, hint: string, retry?: (() => void) | null}} ErrorText */

/**
 * An error and what to do next.
 * @returns {import("../screen-stack.js").Screen}
 */
export function errorScreen() {
  /** @type {(() => void) | null} */
  let retry = null;
  byId("error-retry").addEventListener("click", () => {
    const run = retry;
    retry = null; // the second tap of a double tap
    run?.();
  });
  return {
    show: (detail) => {
      const trouble = /** @type {ErrorText} */ (detail);
      retry = trouble.retry ?? null;
      byId("error-title").textContent = trouble.title;
      byId("error-hint").textContent = trouble.hint;
      byId("error-actions").hidden = !retry;
      byId("error-retry").textContent = t("shell.try-again");
    },
  };
}

/** @type {Record<"noCode" | "unchecked" | "refused" | "expired" | "ended" | "lost" | "insecure", ErrorText>} */
export const ERRORS = {
  noCode: { title: t("capture.phone.no-code"), hint: t("capture.phone.no-code.text") },
  unchecked: { title: t("capture.phone.unchecked"), hint: t("capture.phone.unchecked.text") },
  refused: { title: t("capture.phone.refused"), hint: t("capture.phone.refused.text") },
  expired: { title: t("capture.code.expired"), hint: t("capture.phone.expired.text") },
  ended: { title: t("capture.phone.ended"), hint: t("capture.phone.ended.text") },
  lost: { title: t("capture.phone.ended"), hint: t("capture.phone.lost.text") },
  insecure: { title: t("capture.phone.insecure"), hint: t("capture.phone.insecure.text") },
};

/**
 * What was sent, and how to continue.
 * @param {import("../app.js").App} app
 * @returns {import("../screen-stack.js").Screen}
 */
export function successScreen(app) {
  byId("add-more").addEventListener("click", () => app.proceed());
  return {
    show: (sent) => {
      const { session } = app.queue;
      const title = t("capture.phone.sent", { count: Number(sent) });
      byId("success-title").textContent = title;
      byId("success-hint").textContent = app.next ? t("capture.phone.sent.hint") : t("capture.phone.sent.close");
      byId("success-count").textContent = t("capture.phone.sent.count", { used: app.queue.used, max: session.maxImages });
      byId("add-more").textContent = app.next ? t("capture.phone.continue", { patient: patientOf(app.next) }) : t("capture.phone.sent.more");
      announce(title);
    },
  };
}
