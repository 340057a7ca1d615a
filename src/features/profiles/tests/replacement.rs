//! Deleting a profile that somebody has.

use super::{WRITES, complaint, complaints, manager, path};
use crate::access::{Level, Role, Screen};
use crate::db::{rows, scalar};
use crate::testing::{Given, START, TestApp, UserSpec, both, levels};
use serde_json::{Value, json};

both! {
    async fn profile_in_use_goes_only_with_a_replacement(app: TestApp) {
        let mut admin = app.admin().await;
        let building = app.place(None, "building", "Building A").await;
        let old = app.profile("Old", levels([(Screen::Rooms, Level::Full)])).await;
        let new = app.profile("New", levels([(Screen::Alerts, Level::Read)])).await;
        let anna = app.user(UserSpec {
            username: "anna",
            // On everything she has both: one of them is left. At the building and until then, only the old one.
            grants: vec![
                Given::profile(&old), Given::profile(&new), Given::profile(&old).at(&building),
                Given::profile(&old).until(START + 60_000),
            ],
            ..UserSpec::default()
        }).await;
        let bert = UserSpec { username: "bert", role: Role::Owner, grants: vec![Given::profile(&old)], ..UserSpec::default() };
        let mut bert = app.signed_in_as(bert).await;
        let answer = admin.delete(&path(&old)).await.expect(409).json();
        assert_eq!(answer["code"], "in_use");
        assert!(answer["detail"].as_str().unwrap().starts_with("2 users have this profile."), "{answer}");

        admin.delete(&format!("{}?replacement={new}", path(&old))).await.expect(204);
        admin.get(&path(&old)).await.expect(404);
        assert_eq!(admin.get(&path(&new)).await.json()["user_count"], 2);
        assert_eq!(bert.get("/fn/me.view").await.json()["levels"], json!({ "alerts": "read" }));
        const GRANTS: &str = "select profile_id, rights_id, place_id, until_at from grants where subject_id = $1
            order by coalesce(place_id, ''), coalesce(until_at, 0)";
        type Row = (String, String, Option<String>, Option<i64>);
        let grants = rows!(app.system().read().await.unwrap().conn(), Row, GRANTS, anna.id.as_str()).unwrap();
        let moved = |place: Option<&String>, until| (new.clone(), new.clone(), place.cloned(), until);
        assert_eq!(grants, [moved(None, None), moved(None, Some(START + 60_000)), moved(Some(&building), None)]);
        assert_eq!(left(&app, &old).await, 0);
        const SAID: &str = "select after from audit_events where action = 'profiles.delete'";
        let said = scalar!(app.system().read().await.unwrap().conn(), String, SAID).unwrap();
        let expected = json!({ "holders": 2, "replacement": { "id": new, "name": "New" } });
        assert_eq!(serde_json::from_str::<Value>(&said).unwrap(), expected);
    }

    async fn replacement_is_another_profile_of_the_organization_that_the_actor_may_give_there(app: TestApp) {
        let building = app.place(None, "building", "Building A").await;
        let other = app.place(None, "building", "Building B").await;
        let elsewhere = app.organization("Elsewhere").await;
        let foreign = app.profile_of(&elsewhere, "Theirs", levels([(Screen::Rooms, Level::Read)])).await;
        let rooms = app.profile("Rooms", levels([(Screen::Rooms, Level::Read)])).await;
        let lighting = app.profile("Lighting", levels([(Screen::Lighting, Level::Read)])).await;
        let mut spec = manager(levels([WRITES, (Screen::Rooms, Level::Read)]));
        spec.grants.push(Given::own(levels([(Screen::Lighting, Level::Read)])).at(&building));
        let mut browser = app.signed_in_as(spec).await;
        let holder = app.user(UserSpec { grants: vec![Given::profile(&rooms).at(&other)], ..UserSpec::default() }).await;
        let delete = |replacement: &str| format!("{}?replacement={replacement}", path(&rooms));
        let cases = [(rooms.as_str(), "not_allowed"), (&foreign, "unknown"), ("x", "unknown"), (&lighting, "not_allowed")];
        for (replacement, code) in cases {
            let answer = browser.delete(&delete(replacement)).await.expect(422).json();
            assert_eq!(complaints(&answer), complaint("replacement", code), "{replacement}");
        }
        assert_eq!(browser.get(&path(&rooms)).await.json()["user_count"], 1, "nothing moved");
        const MOVE: &str = "update grants set place_id = $2 where subject_id = $1";
        let mut write = app.system().write().await.unwrap();
        crate::db::exec!(write.conn(), MOVE, holder.id.as_str(), building.as_str()).unwrap();
        write.commit_unlogged().await.unwrap();
        browser.delete(&delete(&lighting)).await.expect(204);
    }
}

/// Rows that still speak of a profile.
async fn left(app: &TestApp, id: &str) -> i64 {
    const LEFT: &str = "select (select count(*) from grants where profile_id = $1 or rights_id = $1)
        + (select count(*) from user_profiles where profile_id = $1) + (select count(*) from levels where owner_id = $1)";
    scalar!(app.system().read().await.unwrap().conn(), i64, LEFT, id).unwrap()
}
