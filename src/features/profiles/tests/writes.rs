//! Creating, editing, duplicating and deleting.

use super::{PROFILES, complaint, complaints, create, path};
use crate::access::{Level, Levels, Screen};
use crate::db::{rows, scalar};
use crate::testing::{Given, TestApp, UserSpec, both, levels};
use serde_json::{Value, json};

both! {
    async fn administrator_makes_edits_and_deletes_a_profile(app: TestApp) {
        let mut admin = app.admin().await;
        let body = json!({ "name": "  Night porter ", "levels": { "rooms": "full", "alerts": "read", "users": "none" } });
        let answer = admin.post(PROFILES, &body).await.expect(201);
        let made = answer.json();
        let id = made["id"].as_str().unwrap().to_owned();
        let expected = json!({
            "id": id, "name": "Night porter", "levels": { "rooms": "full", "alerts": "read" }, "builtin": false,
            "user_count": 0, "team_count": 0,
            "api_user_count": 0, "version": 1
        });
        assert_eq!(made, expected);
        assert_eq!((answer.header("location"), answer.header("etag")), (path(&id).as_str(), "\"1\""));

        let edited = admin.patch(&path(&id), "\"1\"", &json!({ "levels": { "rooms": "read" } })).await.expect(200);
        assert_eq!(edited.header("etag"), "\"2\"");
        let expected = json!({
            "id": id, "name": "Night porter", "levels": { "rooms": "read" }, "builtin": false, "user_count": 0, "team_count": 0,
            "api_user_count": 0, "version": 2
        });
        assert_eq!(edited.json(), expected);
        assert_eq!(admin.get(&path(&id)).await.expect(200).json(), expected);

        admin.delete(&path(&id)).await.expect(204);
        admin.get(&path(&id)).await.expect(404);
        let actions = actions(&app, &id).await;
        assert_eq!(actions, ["profiles.create", "profiles.edit", "profiles.delete"]);
    }

    async fn second_editor_is_refused_and_nothing_is_overwritten(app: TestApp) {
        let mut admin = app.admin().await;
        let id = app.profile("Porter", levels([(Screen::Rooms, Level::Read)])).await;
        let rename = |name: &str| json!({ "name": name });
        admin.send(http::Method::PATCH, &path(&id), "application/json", rename("A").to_string()).await.expect(428);
        admin.patch(&path(&id), "\"1\"", &rename("First")).await.expect(200);
        admin.patch(&path(&id), "\"1\"", &rename("Second")).await.expect(412);
        let change = json!({ "id": id, "version": 1, "change": { "name": "Third", "levels": { "rooms": "read" } } });
        admin.call("profiles.edit", &change).await.expect(412);
        assert_eq!(admin.get(&path(&id)).await.json()["name"], "First");
        assert_eq!(admin.patch(&path(&id), "*", &rename("Any")).await.expect(200).json()["version"], 3);
        let same = admin.patch(&path(&id), "*", &rename("Any")).await.expect(200);
        assert_eq!(same.json()["version"], 3, "nothing changed");
    }

    async fn bad_input_is_told_at_its_field(app: TestApp) {
        let mut admin = app.admin().await;
        let rooms = json!({ "rooms": "read" });
        let cases = [
            (json!({ "name": "A", "levels": {} }), complaint("levels", "required")),
            (json!({ "name": "A", "levels": { "rooms": "none" } }), complaint("levels", "required")),
            (json!({ "name": "A", "levels": { "garage": "read" } }), complaint("levels", "unknown")),
            (json!({ "name": "A", "levels": { "rooms": "write" } }), complaint("levels.rooms", "not_allowed")),
            (json!({ "name": "A" }), complaint("levels", "required")),
            (json!({ "name": " ", "levels": rooms }), complaint("name", "required")),
            (json!({ "name": "a\u{0}b", "levels": rooms }), complaint("name", "malformed")),
            (json!({ "name": "x".repeat(101), "levels": rooms }), complaint("name", "too_long")),
            (json!({ "name": "A", "levels": rooms, "builtin": true }), complaint("builtin", "unknown")),
        ];
        for (body, expected) in cases {
            let answer = admin.post(PROFILES, &body).await.expect(422);
            assert_eq!(complaints(&answer.json()), expected, "{body}");
        }
        let both = admin.post(PROFILES, &json!({ "name": "", "levels": {} })).await.expect(422).json();
        assert_eq!(complaints(&both).len(), 2, "all that is wrong is told at once");
        create(&mut admin, &"é".repeat(100), rooms.clone()).await;
        assert_eq!(admin.get(PROFILES).await.json()["count"], 2, "nothing else was made");
    }

    async fn name_is_unique_in_any_case_and_unicode_form_within_the_organization(app: TestApp) {
        let mut admin = app.admin().await;
        let elsewhere = app.organization("Elsewhere").await;
        app.profile_of(&elsewhere, "Zoë", Levels::FULL).await;
        let rooms = json!({ "rooms": "read" });
        create(&mut admin, "Zoë", rooms.clone()).await;
        let other = create(&mut admin, "Other", rooms.clone()).await;
        for name in ["ZOE\u{308}", "zoë", "administrator"] {
            let answer = admin.post(PROFILES, &json!({ "name": name, "levels": rooms })).await.expect(409).json();
            assert_eq!(complaints(&answer), complaint("name", "taken"));
        }
        let id = other["id"].as_str().unwrap();
        let answer = admin.patch(&path(id), "*", &json!({ "name": "zOË" })).await.expect(409).json();
        assert_eq!(complaints(&answer), complaint("name", "taken"));
        admin.patch(&path(id), "*", &json!({ "name": "OTHER" })).await.expect(200);
    }

    async fn what_is_no_id_and_what_is_elsewhere_are_missing(app: TestApp) {
        let mut admin = app.admin().await;
        let elsewhere = app.organization("Elsewhere").await;
        let foreign = app.profile_of(&elsewhere, "Theirs", Levels::FULL).await;
        for id in [foreign.as_str(), "1", "00000000-0000-7000-8000-000000000000", "%27"] {
            admin.get(&path(id)).await.expect(404);
            admin.patch(&path(id), "*", &json!({ "name": "Mine" })).await.expect(404);
            admin.delete(&path(id)).await.expect(404);
            admin.act(&format!("{}/duplicate", path(id))).await.expect(404);
        }
        const NAME: &str = "select name from profiles where id = $1";
        let name = scalar!(app.system().read().await.unwrap().conn(), String, NAME, foreign).unwrap();
        assert_eq!(name, "Theirs");
    }

    async fn list_in_the_place_of_an_object_is_refused_and_changes_nothing(app: TestApp) {
        let kept = app.profile("Kept", levels([(Screen::Rooms, Level::Read)])).await;
        let mut admin = app.admin().await;
        for list in [json!([null, null]), json!(["Other", null]), json!([])] {
            let refused = admin.patch(&path(&kept), "*", &list).await.expect(422).json();
            assert_eq!(complaints(&refused), complaint(".", "malformed"));
        }
        let now = admin.get(&path(&kept)).await.expect(200).json();
        assert_eq!((&now["name"], &now["version"]), (&json!("Kept"), &json!(1)));
    }

    async fn copies_are_numbered_and_fit(app: TestApp) {
        let mut admin = app.admin().await;
        let id = app.profile("Porter", levels([(Screen::Rooms, Level::Full)])).await;
        let mut names = Vec::new();
        for _ in 0..3 {
            let answer = admin.act(&format!("{}/duplicate", path(&id))).await.expect(201);
            let copy = answer.json();
            assert_eq!(copy["levels"], json!({ "rooms": "full" }));
            assert_eq!(answer.header("location"), path(copy["id"].as_str().unwrap()));
            names.push(copy["name"].as_str().unwrap().to_owned());
        }
        assert_eq!(names, ["Porter copy", "Porter copy 2", "Porter copy 3"]);
        let long = app.profile(&"é".repeat(100), levels([(Screen::Rooms, Level::Full)])).await;
        for ending in [" copy", " copy 2"] {
            let copy = admin.act(&format!("{}/duplicate", path(&long))).await.expect(201).json();
            let name = copy["name"].as_str().unwrap();
            assert!(name.ends_with(ending) && name.chars().count() <= 100, "{name}");
        }
    }

    async fn edit_bites_on_the_holder_s_next_request(app: TestApp) {
        let mut admin = app.admin().await;
        let id = app.profile("Porter", levels([(Screen::Rooms, Level::Full)])).await;
        let mut porter = app.signed_in_as(UserSpec { grants: vec![Given::profile(&id)], ..UserSpec::default() }).await;
        let shown = |me: Value| me["levels"].clone();
        assert_eq!(shown(porter.get("/fn/me.view").await.json()), json!({ "rooms": "full" }));
        let change = json!({ "levels": { "rooms": "read", "alerts": "read" } });
        admin.patch(&path(&id), "*", &change).await.expect(200);
        assert_eq!(shown(porter.get("/fn/me.view").await.json()), json!({ "rooms": "read", "alerts": "read" }));
        assert_eq!(admin.get(&path(&id)).await.json()["user_count"], 1);
    }
}

/// What the audit log says about a profile, in order.
async fn actions(app: &TestApp, id: &str) -> Vec<String> {
    const ACTIONS: &str = "select action from audit_events where target_id = $1 order by
        case action when 'profiles.create' then 1 when 'profiles.edit' then 2 else 3 end";
    let found = rows!(app.system().read().await.unwrap().conn(), (String,), ACTIONS, id).unwrap();
    found.into_iter().map(|row| row.0).collect()
}
