/**
 * How often pages ask about visits: seldom while messages arrive, and never in a hidden tab, which catches up when it is
 * seen again.
 * @type {import("../shell/live/channel.js").Pace}
 */
export const PACE = { pollMs: 5_000, reconcileMs: 60_000, hidden: false, confirmMs: 5_000 };
