/** How a practitioner gets paid: what the payment provider still asks, and the way to its pages. */
import { byId, make, setText } from "../shell/dom.js";
import { errorMessage } from "../shell/error-messages.js";
import { HttpProblem } from "../shell/http.js";
import { dateOf } from "../shell/dates.js";
import { t } from "../shell/messages.js";
import { formatDate } from "../shell/format.js";
import { formatMoney } from "../shell/money.js";
import { getPayoutAccount, openPayoutPage } from "./api.js";

/** @typedef {import("openapi").PayoutAccountDocument} Account */

/** @type {Record<Account["state"], () => string>} */
const STATES = {
  none: () => t("payouts.account.none"),
  incomplete: () => t("payouts.account.incomplete"),
  reviewing: () => t("payouts.account.reviewing"),
  ready: () => t("payouts.account.ready"),
};

/** @type {Record<Account["due"][number], () => string>} */
const DUE = {
  bankAccount: () => t("payouts.account.due.bank"),
  identity: () => t("payouts.account.due.identity"),
  person: () => t("payouts.account.due.person"),
  business: () => t("payouts.account.due.business"),
  terms: () => t("payouts.account.due.terms"),
  other: () => t("payouts.account.due.other"),
};

/** @type {Record<Account["identity"]["state"], () => string>} */
const IDENTITY = {
  none: () => t("payouts.account.identity.none"),
  requires_input: () => t("payouts.account.identity.open"),
  processing: () => t("payouts.account.identity.processing"),
  verified: () => t("payouts.account.identity.verified"),
  canceled: () => t("payouts.account.identity.none"),
};

/** What practitioners can do about a payout that failed, by the payment provider's word for why. */
const PROBLEMS = {
  account: () => t("payouts.account.failed.account"),
  other: () => t("payouts.account.failed.other"),
};
/** https://docs.stripe.com/api/payouts/failures: those for which other bank details are wanted. */
const OF_ACCOUNTS = new Set([
  "account_closed", "bank_account_restricted", "bank_ownership_changed", "incorrect_account_holder_address", "incorrect_account_holder_name",
  "incorrect_account_holder_tax_id", "incorrect_account_type", "invalid_account_number", "invalid_account_number_length", "invalid_currency", "no_account",
]);

/** Shows the section once it is known how the practitioner is paid. @param {string} practitionerId */
export async function showPayoutAccount(practitionerId) {
  try {
    draw(await getPayoutAccount(practitionerId));
  } catch {
    return; // hours can be changed all the same
  }
  byId("paid").hidden = false;
  byId("paid-open").onclick = () => void leave(practitionerId, "payout-account");
  byId("paid-identity-open").onclick = () => void leave(practitionerId, "identity-verification");
  // The browser's Back may show the page as it was left.
  window.onpageshow = ({ persisted }) => {
    if (!persisted) return;
    ready("");
    void showPayoutAccount(practitionerId);
  };
}

/** @param {Account} account */
function draw({ state, due, identity, lastPayout }) {
  setText("paid-state", STATES[state]());
  byId("paid-due").hidden = !due.length;
  byId("paid-due").replaceChildren(...due.map((topic) => make("li", "", DUE[topic]())));
  drawPayout(lastPayout);
  setText("paid-open", state === "ready" ? t("payouts.account.change") : t("payouts.account.open"));
  setText("paid-identity", identity.problem ? t("payouts.account.identity.failed") : IDENTITY[identity.state]());
  byId("paid-identity-open").hidden = ["verified", "processing"].includes(identity.state);
}

/** @param {Account["lastPayout"]} payout */
function drawPayout(payout) {
  byId("paid-last").hidden = !payout || payout.state === "canceled";
  byId("paid-failed").hidden = payout?.state !== "failed";
  if (!payout) return;
  const amount = formatMoney(payout);
  const date = formatDate(dateOf(new Date(payout.arrivesAt)));
  const last = { paid: t("payouts.account.last.paid", { amount, date }), failed: t("payouts.account.last.failed", { amount, date }) };
  setText("paid-last", payout.state === "paid" || payout.state === "failed" ? last[payout.state] : t("payouts.account.last.coming", { amount, date }));
  setText("paid-failed", PROBLEMS[OF_ACCOUNTS.has(payout.problem ?? "") ? "account" : "other"]());
}

/** @param {string} practitionerId @param {"payout-account" | "identity-verification"} what */
async function leave(practitionerId, what) {
  for (const button of buttons()) button.disabled = true;
  setText("paid-said", t("payouts.account.opening"));
  try {
    const { url } = await openPayoutPage(practitionerId, what);
    // What is said stays until the other page shows.
    if (url) return location.assign(url);
    await showPayoutAccount(practitionerId);
    ready("");
  } catch (error) {
    const isOff = error instanceof HttpProblem && error.slug === "payments-not-ready";
    ready(isOff ? t("payouts.account.not-ready") : errorMessage(error));
  }
}

/** @param {string} said */
function ready(said) {
  for (const button of buttons()) button.disabled = false;
  setText("paid-said", said);
}

function buttons() {
  return [byId("paid-open", HTMLButtonElement), byId("paid-identity-open", HTMLButtonElement)];
}
