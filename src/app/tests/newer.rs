//! What a newer node wrote into the database that both share.

use crate::access::{Level, Screen};
use crate::db::{exec, rows};
use crate::features::first_start;
use crate::testing::{TestApp, both, levels};
use serde_json::json;

async fn screens_of(app: &TestApp, owner: &str) -> Vec<String> {
    const FIND: &str = "select screen from levels where owner_id = $1 order by screen";
    let mut held = app.system().read().await.unwrap();
    rows!(held.conn(), (String,), FIND, owner).unwrap().into_iter().map(|row| row.0).collect()
}

both! {
    async fn levels_on_a_screen_of_a_newer_node_outlive_an_edit_and_a_start(app: TestApp) {
        let profile = app.profile("Porter", levels([(Screen::Rooms, Level::Full), (Screen::Alerts, Level::Read)])).await;
        let administrator = app.administrator_profile().await;
        let mut write = app.system().write().await.unwrap();
        for owner in [&profile, &administrator] {
            const NEWER: &str = "insert into levels (owner_id, screen, level) values ($1, 'boats', 2)";
            exec!(write.conn(), NEWER, owner.as_str()).unwrap();
        }
        write.commit_unlogged().await.unwrap();
        let mut admin = app.admin().await;
        let edit = json!({ "levels": { "rooms": "read", "users": "read" } });
        admin.patch(&format!("/api/v1/profiles/{profile}"), "*", &edit).await.expect(200);
        assert_eq!(screens_of(&app, &profile).await, ["boats", "rooms", "users"]);
        let before = screens_of(&app, &administrator).await;
        assert!(first_start::ops::run(&app.state, "Harbour House").await.unwrap().is_none());
        assert_eq!(screens_of(&app, &administrator).await, before);
        assert!(before.contains(&"boats".to_owned()));
    }
}
