/** Amounts of money, as the page's language writes them. */
import { locale } from "./messages.js";

/** @param {{amount: number, currency: string}} money in the currency's minor unit */
export function formatMoney({ amount, currency }) {
  const money = new Intl.NumberFormat(locale, { style: "currency", currency });
  return money.format(amount / 10 ** (money.resolvedOptions().maximumFractionDigits ?? 2));
}
