/** Offers reminders where another domain's page has a reason for them, such as the first booking. */
export { offerReminders } from "./notifications/offer.js";
