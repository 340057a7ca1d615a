//! What the pages show, and to whom.

use super::{PROFILES, manager, path};
use crate::access::{Level, Screen};
use crate::testing::{Given, TestApp, UserSpec, both, levels};
use serde_json::json;

both! {
    async fn reader_sees_everything_and_changes_nothing(app: TestApp) {
        let id = app.profile("Night porter", levels([(Screen::Rooms, Level::Full)])).await;
        let mut reader = app.signed_in_as(manager(levels([(Screen::Profiles, Level::Read)]))).await;
        reader.get(&path(&id)).await.expect(200);
        reader.post(PROFILES, &json!({ "name": "A", "levels": { "rooms": "read" } })).await.expect(403);
        reader.patch(&path(&id), "*", &json!({ "name": "A" })).await.expect(403);
        reader.delete(&path(&id)).await.expect(403);
        reader.act(&format!("{}/duplicate", path(&id))).await.expect(403);
        reader.call("profiles.delete", &json!({ "id": id, "replacement": null })).await.expect(403);

        let list = reader.get("/profiles").await.expect(200).text;
        assert!(list.contains("Night porter"));
        let create = element(&list, "Create profile");
        assert!(create.contains("aria-disabled=\"true\"") && create.contains("You need the Profiles screen at Full."), "{create}");
        let form = reader.get(&format!("/profiles/{id}/edit")).await.expect(200).text;
        assert!(element(&form, "Save").contains("aria-disabled=\"true\""));
        assert_eq!(form.matches("type=\"radio\"").count(), 42);
        assert_eq!(form.matches("aria-disabled=\"true\"").count(), 42 + 3, "each radio, both quick buttons and Save");
        let dialog = reader.get(&format!("/profiles?delete={id}")).await.expect(200).text;
        assert!(dialog.contains("Delete Night porter?") && dialog.contains("You need the Profiles screen at Full."));
    }

    async fn screen_that_is_not_open_says_so(app: TestApp) {
        let mut browser = app.signed_in_as(manager(levels([(Screen::Users, Level::Full)]))).await;
        let answer = browser.get(PROFILES).await.expect(403).json();
        assert_eq!(answer["code"], "not_granted");
        let page = browser.get("/profiles").await;
        assert!(page.text.contains("No access"), "{}", page.text);
        assert!(!page.text.contains("href=\"/profiles\""), "neither in the navigation nor among the tabs");
    }

    async fn administrator_s_pages_show_names_levels_and_holders(app: TestApp) {
        let mut admin = app.admin().await;
        let porter = app.profile("Night <porter>", levels([(Screen::Rooms, Level::Full), (Screen::Alerts, Level::Read)])).await;
        app.profile("Day porter", levels([(Screen::Rooms, Level::Read)])).await;
        app.user(UserSpec { grants: vec![Given::profile(&porter)], ..UserSpec::default() }).await;
        let list = admin.get("/profiles").await.expect(200).text;
        for shown in [
            "Night &lt;porter&gt;", "Access: full on Rooms; read on Alerts; nothing else.", "Built-in", "3 profiles",
            &format!("/users?profile_id={porter}"), "href=\"/profiles/new\"",
        ] {
            assert!(list.contains(shown), "{shown} is not in {list}");
        }
        let none = admin.get("/profiles?q=nobody").await.expect(200).text;
        assert!(none.contains("No matching profiles") && none.contains("0 profiles"));
        let form = admin.get(&format!("/profiles/{porter}/edit")).await.expect(200).text;
        assert!(form.contains("Saving changes access for 1 user immediately."));
        assert!(form.contains("<legend>Rooms</legend>") && form.contains("name=\"level-rooms\""));
        let rooms: Vec<&str> = form.split("name=\"level-rooms\"").skip(1).map(|rest| rest.split('>').next().unwrap()).collect();
        let checked: Vec<bool> = rooms.iter().map(|radio| radio.contains("checked")).collect();
        assert_eq!(checked, [false, false, true], "{rooms:?}");
        let dialog = admin.get(&format!("/profiles?delete={porter}")).await.expect(200).text;
        assert!(dialog.contains("1 user has this profile") && dialog.contains("Day porter") && dialog.contains("Choose a replacement first."));
        let page = admin.get("/profiles/00000000-0000-7000-8000-000000000000/edit").await;
        assert!(page.text.contains("Not found"), "{}", page.text);
    }
}

/// The opening tag of the button that ends in these words.
fn element<'a>(page: &'a str, words: &str) -> &'a str {
    let end = page.rfind(words).unwrap_or_else(|| panic!("no {words} in {page}"));
    let start = page[..end].rfind("<button").unwrap();
    &page[start..end]
}
