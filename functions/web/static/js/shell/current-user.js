/** The signed-in person, as the server knows them. */
import { drawMenu } from "./account-menu.js";
import { apiGet } from "./api.js";
import { updateUser } from "./tokens.js";

/**
 * Fetches the person anew and redraws the menu: roles change while a page is open.
 * @returns {Promise<import("./users.js").User>}
 */
export async function reloadUser() {
  const user = await apiGet("/auth/me");
  await updateUser(user);
  drawMenu(user);
  return user;
}
