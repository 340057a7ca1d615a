mod gifts;
mod lists;
mod members;
mod rights;

use crate::access::{Level, Role, Screen};
use crate::testing::{Browser, Given, TestApp, UserSpec, levels};
use serde_json::{Value, json};

const TEAMS: &str = "/api/v1/teams";

/// Writes teams and API users.
const WRITES: (Screen, Level) = (Screen::Members, Level::Full);

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap()
}

fn path(team: &str) -> String {
    format!("{TEAMS}/{team}")
}

/// The first complaint of an answer: its field and code.
fn complaint(answer: &Value) -> (&str, &str) {
    (text(&answer["errors"][0], "field"), text(&answer["errors"][0], "code"))
}

async fn made(browser: &mut Browser, body: Value) -> Value {
    browser.post(TEAMS, &body).await.expect(201).json()
}

/// Adds a user to a team over the HTTP API.
async fn add(browser: &mut Browser, team: &str, user: &str) -> crate::testing::Answer {
    browser.post(&format!("{TEAMS}/{team}/members"), &json!({ "kind": "user", "id": user })).await
}

/// What the console shows of somebody's rights.
async fn levels_of(browser: &mut Browser) -> Value {
    browser.get("/fn/me.view").await.expect(200).json()["levels"].clone()
}

/// A manager of teams with some rights of their own.
fn manager<const N: usize>(username: &str, role: Role, own: [(Screen, Level); N]) -> UserSpec<'_> {
    let own = own.into_iter().chain([WRITES]).collect();
    UserSpec { username, role, grants: vec![Given::own(own)], ..UserSpec::default() }
}

/// Somebody without rights of their own.
async fn plain(app: &TestApp, username: &str) -> (String, Browser) {
    let person = app.user(UserSpec { username, role: Role::Owner, ..UserSpec::default() }).await;
    (person.id.clone(), app.browser_of(&person).await)
}

/// A building with a room with a light and an HVAC unit: their ids.
async fn plant(app: &TestApp) -> (String, String, String) {
    let building = app.place(None, "building", "Building A").await;
    let floor = app.place(Some(&building), "floor", "Floor 1").await;
    let room = app.place(Some(&floor), "room", "Room 101").await;
    let light = app.place(Some(&room), "light", "Ceiling").await;
    (building, room, light)
}

fn rooms() -> Given {
    Given::own(levels([(Screen::Rooms, Level::Read)]))
}
