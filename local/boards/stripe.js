/** The page of the stand-in: who paid what, which webhooks it sent, and what shall go wrong. */
import { Board, button, element, webhookLine } from "./board.js";

/**
 * @typedef {Record<string, any> & {id: string, object: string, created: number}} Thing
 * @typedef {{id: string, type: string, at: number, outcome: string, attempts: number[], about: string}} Sent
 */

/** What can be done to an object in a state, by name, if at all. @type {Record<string, (thing: Thing) => [string, string, boolean][]>} */
const ACTIONS = {
  "checkout.session": ({ status }) => [
    ["pay", "Pay", status === "open"],
    ["decline", "Decline the card", status === "open"],
    ["takeVoucher", "Take a voucher", status === "open"],
    ["lapse", "Expire", status === "open"],
  ],
  payment_intent: ({ status, next_action: action, payment_method_options: options }) => [
    ["payVoucher", "The voucher's money arrives", Boolean(options.multibanco) && status !== "succeeded"],
    ["expireVoucher", "The voucher expires", Boolean(action)],
  ],
  charge: ({ paid, disputed, payment_method_details: method }) => [
    ["dispute", "Dispute", paid && !disputed && method.type === "card"],
  ],
  refund: ({ status }) => [
    ["settleRefund", "Let it succeed", status === "pending"],
    ["failRefund", "Let it fail", status !== "failed"],
  ],
  dispute: ({ status }) => [
    ["winDispute", "We win", status === "needs_response"],
    ["loseDispute", "We lose", status === "needs_response"],
  ],
  account: ({ payouts_enabled: ready }) => [
    ["restrict", "Restrict", ready],
    ["onboard", "Answer everything", !ready],
  ],
  "identity.verification_session": ({ status }) => [["verify", "Verify", status !== "verified"]],
};

const board = new Board("/stripe", {
  "#objects": ({ objects }) => {
    const things = /** @type {Thing[]} */ (Object.values(objects).flat());
    return things.sort((one, other) => other.created - one.created).map(objectLine);
  },
  "#webhooks": ({ webhooks }) =>
    webhooks.map((/** @type {Sent} */ sent) => {
      const again = button("Send again", () => board.act("do", { do: "resend", id: sent.id }));
      return webhookLine(sent, [element("code", sent.about)], [again]);
    }),
});

/** @param {Thing} thing */
function objectLine(thing) {
  const line = element("li", "");
  const amount = thing.amount ?? thing.amount_total;
  const state = [thing.status, thing.payment_status, thing.amount_refunded ? `refunded ${thing.amount_refunded}` : ""];
  line.append(
    element("time", new Date(thing.created * 1000).toLocaleTimeString()),
    element("span", thing.object),
    element("span", amount === undefined ? "" : `${amount} ${thing.currency}`),
    element("span", state.filter(Boolean).join(", "), "muted"),
  );
  for (const [name, text] of (ACTIONS[thing.object]?.(thing) ?? []).filter(([, , possible]) => possible)) {
    line.append(button(text, () => board.act("do", { do: name, id: thing.id })));
  }
  line.append(element("code", thing.id, "end"));
  return line;
}

void board.start();
