/** The signed-in person, as the server knows them. */
import { drawMenu } from "./account-menu.js";
import { read } from "./api.js";
import { keepUser } from "./tokens.js";

/**
 * Fetches the person anew and redraws the menu: roles change while a page is open.
 * @returns {Promise<import("./users.js").User>}
 */
export async function freshUser() {
  const user = await read("/auth/me");
  await keepUser(user);
  drawMenu(user);
  return user;
}
