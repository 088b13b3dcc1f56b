/** How practitioners get paid, on the page that says when they can be booked. */
export { showPayoutAccount } from "./payouts/account.js";
