/** The review of a clinician: approved, rejected, or verified without one, for a reason. */
import { apiCall } from "../../../shell/api.js";
import { confirmDialog } from "../../../shell/confirm-dialog.js";
import { byId, setText, showFieldError } from "../../../shell/dom.js";
import { HttpProblem } from "../../../shell/http.js";
import { t } from "../../../shell/messages.js";
import { cleanLine } from "../../../shell/text.js";
import { isClinician, nameOf } from "../../../shell/users.js";
import { refusal } from "./changes.js";
import { identityWords } from "./identity-check.js";

/** @typedef {import("../../../shell/users.js").User} User */

export class Review {
  #changes;
  #reason = byId("force-reason", HTMLInputElement);

  /** @param {import("./changes.js").PersonChanges} changes */
  constructor(changes) {
    this.#changes = changes;
    byId("approve").addEventListener("click", () => void this.#decide("approve"));
    byId("reject").addEventListener("click", () => void this.#decide("reject"));
    byId("force-form").addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#force();
    });
  }

  /** Forgets the reason that was given for another person. */
  begin() {
    this.#reason.value = "";
    showFieldError("force-reason", "");
  }

  /** @param {User} user */
  draw(user) {
    const isVerified = user.verification === "verified";
    byId("review").hidden = !isClinician(user);
    byId("approve").hidden = isVerified;
    byId("reject").hidden = user.verification === "rejected";
    setText("reject", isVerified ? t("identity.review.withdraw.open") : t("identity.review.reject"));
    byId("force").hidden = isVerified || !isClinician(user);
  }

  /** Tells what the payment provider found out, which decides nothing. @param {User} user */
  async drawIdentity(user) {
    byId("review-identity").hidden = true;
    if (!isClinician(user)) return;
    const words = await identityWords(user.userId).catch(() => t("identity.review.identity.unknown"));
    if (this.#changes.user?.userId !== user.userId) return;
    setText("review-identity", words);
    byId("review-identity").hidden = !words;
  }

  /** @param {"approve" | "reject"} decision */
  async #decide(decision) {
    const { user } = this.#changes;
    if (!user) return;
    /** @param {unknown} error */
    const whyNot = (error) => refusal(error, t("identity.review.too-many"));
    const body = { userId: user.userId, decision };
    const done = decision === "approve" ? t("identity.verified") : t("identity.rejected");
    const act = () => this.#changes.make(() => apiCall("POST", "/experts/verify-specific", body), done);
    if (decision === "approve") return this.#changes.attempt(act, whyNot);
    const isVerified = user.verification === "verified";
    const name = nameOf(user);
    await confirmDialog({
      title: isVerified ? t("identity.review.withdraw.title", { name }) : t("identity.review.reject.title", { name }),
      text: t("identity.review.reject.text"),
      yes: isVerified ? t("identity.review.withdraw") : t("identity.review.reject"),
      failed: (error) => t("identity.unchanged", { why: whyNot(error) }),
      act,
    });
  }

  async #force() {
    const { user } = this.#changes;
    const reason = cleanLine(this.#reason.value);
    showFieldError("force-reason", reason ? "" : t("identity.force.reason.missing"));
    if (!user || !reason) return this.#reason.focus();
    const request = () => apiCall("POST", "/internal/force-verification", { userId: user.userId, reason });
    const done = await confirmDialog({
      title: t("identity.force.confirm", { name: nameOf(user) }),
      text: user.phone ? t("identity.force.text", { phone: user.phone }) : t("identity.force.text-unknown"),
      yes: t("identity.force.now"),
      failed: (error) => {
        const why = refusal(error, t("identity.force.too-many"));
        // The earlier, identical request was carried out or is still running.
        return error instanceof HttpProblem && error.slug === "duplicate-submission" ? why : t("identity.unchanged", { why });
      },
      act: () => this.#changes.make(request, t("identity.verified")),
    });
    if (done) this.#reason.value = "";
  }
}
