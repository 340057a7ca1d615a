//! The form of rights, and devices.

use super::{TEAMS, complaint, levels_of, made, path, plain, plant, text};
use crate::access::{Level, Screen};
use crate::testing::{Given, START, TestApp, both, levels};
use serde_json::{Value, json};

async fn ids(browser: &mut crate::testing::Browser, list: &str) -> Vec<Value> {
    let page = browser.get(&format!("/api/v1/{list}")).await.expect(200).json();
    page["items"].as_array().unwrap().iter().map(|row| row["id"].clone()).collect()
}

both! {
    async fn rights_are_answered_as_they_were_asked_for(app: TestApp) {
        let (building, _, light) = plant(&app).await;
        let porter = app.profile("Porter", levels([(Screen::Rooms, Level::Read)])).await;
        let mut admin = app.admin().await;
        let rights = json!({ "profiles": [porter], "levels": { "alerts": "full" }, "places": [building],
            "devices": [{ "device_id": light, "right": "control" }], "all_devices": "view" });
        let answer = admin.post(TEAMS, &json!({ "name": " Night shift ", "remark": "Works nights", "rights": rights })).await.expect(201);
        let team = answer.json();
        assert_eq!((answer.header("location"), answer.header("etag")), (path(text(&team, "id")).as_str(), "\"1\""));
        assert_eq!((&team["name"], &team["remark"]), (&json!("Night shift"), &json!("Works nights")));
        let mut expected = rights.clone();
        expected["timed_grants"] = json!(0);
        expected["organization_levels"] = json!({});
        assert_eq!(team["rights"], expected);
        assert_eq!(admin.get(&path(text(&team, "id"))).await.expect(200).json(), team);
        // The same again changes nothing; a part of it takes the rest away.
        let same = admin.patch(&path(text(&team, "id")), "\"1\"", &json!({ "rights": rights })).await.expect(200);
        assert_eq!(same.header("etag"), "\"1\"");
        let less = admin.patch(&path(text(&team, "id")), "\"1\"", &json!({ "rights": { "all_devices": "view" } })).await.expect(200);
        assert_eq!((less.header("etag"), &less.json()["rights"]["profiles"]), ("\"2\"", &json!([])));
        admin.patch(&path(text(&team, "id")), "\"1\"", &json!({ "remark": "" })).await.expect(412);
        let patch = http::Method::PATCH;
        admin.send(patch, &path(text(&team, "id")), "application/json", "{}".to_owned()).await.expect(428);
    }

    async fn what_is_wrong_with_a_team_is_told_at_its_field_and_makes_nothing(app: TestApp) {
        let mut admin = app.admin().await;
        let (_, room, light) = plant(&app).await;
        made(&mut admin, json!({ "name": "Night Shift" })).await;
        let elsewhere = app.organization("Elsewhere").await;
        let foreign = app.profile_of(&elsewhere, "Theirs", levels([(Screen::Rooms, Level::Read)])).await;
        let none = "01900000-0000-7000-8000-000000000000";
        let rooms = json!({ "rooms": "read" });
        let with = |rights: Value| json!({ "name": "X", "rights": rights });
        for (body, status, field, code) in [
            (json!({ "name": "night shift" }), 409, "name", "taken"),
            (json!({ "name": " " }), 422, "name", "required"),
            (json!({ "name": "n".repeat(101) }), 422, "name", "too_long"),
            (json!({ "name": "X", "remark": "n".repeat(501) }), 422, "remark", "too_long"),
            (json!({ "name": "X", "organization_id": elsewhere }), 422, "organization_id", "unknown"),
            (json!({ "name": "X", "members": [{ "kind": "user", "id": none }] }), 422, "members", "unknown"),
            (json!({ "name": "X", "members": [{ "kind": "api_user", "id": "x" }] }), 422, "members", "unknown"),
            (with(json!({ "profiles": [foreign] })), 422, "rights.profiles", "unknown"),
            (with(json!({ "profiles": [none] })), 422, "rights.profiles", "unknown"),
            (with(json!({ "levels": { "kitchen": "read" } })), 422, "rights.levels", "unknown"),
            (with(json!({ "levels": rooms, "places": [] })), 422, "rights.places", "required"),
            (with(json!({ "levels": rooms, "places": [none] })), 422, "rights.places", "unknown"),
            (with(json!({ "devices": [{ "device_id": room, "right": "view" }] })), 422, "rights.devices", "unknown"),
            (with(json!({ "devices": [{ "device_id": light, "right": "view" }, { "device_id": light, "right": "control" }] })),
                422, "rights.devices", "not_allowed"),
            (with(json!({ "place_levels": {} })), 422, "rights.place_levels", "unknown"),
        ] {
            let answer = admin.post(TEAMS, &body).await.expect(status).json();
            assert_eq!(complaint(&answer), (field, code), "{body}");
        }
        assert_eq!(admin.get(TEAMS).await.json()["count"], 1);
    }

    async fn grants_that_the_form_cannot_say_are_not_lost(app: TestApp) {
        let (building, room, _) = plant(&app).await;
        let mut admin = app.admin().await;
        let porter = app.profile("Porter", levels([(Screen::Rooms, Level::Read)])).await;
        let differing = [
            Given::profile(&porter).at(&building),
            Given::own(levels([(Screen::Alerts, Level::Read)])).at(&room),
            Given::own(levels([(Screen::Audit, Level::Read)])).until(START + 60_000),
        ];
        let team = app.team("Mixed", &differing, &[]).await;
        let shown = admin.get(&path(&team)).await.expect(200).json()["rights"].clone();
        assert_eq!((&shown["places"], &shown["timed_grants"]), (&Value::Null, &json!(1)));
        // A form that sends back what it was shown would widen them.
        let back = json!({ "rights": { "profiles": [porter], "levels": { "alerts": "read" } } });
        assert_eq!(complaint(&admin.patch(&path(&team), "*", &back).await.expect(422).json()), ("rights.places", "required"));
        admin.patch(&path(&team), "*", &json!({ "name": "Other" })).await.expect(200);
        assert_eq!(admin.get(&path(&team)).await.json()["rights"], shown);
        let chosen = json!({ "rights": { "profiles": [porter], "levels": { "alerts": "read" }, "places": [building] } });
        let after = admin.patch(&path(&team), "*", &chosen).await.expect(200).json()["rights"].clone();
        assert_eq!((&after["places"], &after["timed_grants"]), (&json!([building]), &json!(1)), "what ends by itself stays");
    }

    async fn screens_without_places_open_where_levels_on_everything_stand_beside_what_counts_at_places(app: TestApp) {
        let (building, _, _) = plant(&app).await;
        let clerk = app.profile("Clerk", levels([(Screen::Rooms, Level::Read), (Screen::Users, Level::Read)])).await;
        let mut admin = app.admin().await;
        let (nora, mut browser) = plain(&app, "nora").await;
        let at_building = json!({ "profiles": [clerk], "levels": { "alerts": "read", "audit": "read" }, "places": [building] });
        let with = |on_everything: Value| {
            let mut rights = at_building.clone();
            rights["organization_levels"] = on_everything;
            rights
        };
        let team = made(&mut admin, json!({ "name": "T", "members": [{ "kind": "user", "id": nora }], "rights": at_building })).await;
        assert_eq!(levels_of(&mut browser).await, json!({ "rooms": "read", "alerts": "read" }));
        let shown = admin.call("teams.get", &json!({ "id": team["id"] })).await.expect(200).json();
        assert_eq!(shown["facts"]["access"], json!([["Building A", { "rooms": "read", "alerts": "read" }]]), "what opens nothing is not shown as open");
        let team = path(text(&team, "id"));

        let users = with(json!({ "users": "read" }));
        let saved = admin.patch(&team, "*", &json!({ "rights": users })).await.expect(200);
        let rights = saved.json()["rights"].clone();
        assert_eq!((&rights["organization_levels"], &rights["places"]), (&users["organization_levels"], &json!([building])));
        assert_eq!(rights["levels"], json!({ "alerts": "read", "audit": "read" }));
        assert_eq!(levels_of(&mut browser).await, json!({ "rooms": "read", "alerts": "read", "users": "read" }));
        let again = admin.patch(&team, "*", &json!({ "rights": users })).await.expect(200);
        assert_eq!(again.header("etag"), saved.header("etag"), "the same again changes nothing");

        // Everywhere anyway: one grant, which is answered as it is.
        let mut everywhere = users.clone();
        everywhere["places"] = json!("everything");
        let rights = admin.patch(&team, "*", &json!({ "rights": everywhere })).await.expect(200).json()["rights"].clone();
        let merged = json!({ "alerts": "read", "audit": "read", "users": "read" });
        assert_eq!((&rights["levels"], &rights["organization_levels"]), (&merged, &json!({})));

        // Nobody gives on everything what they have at one place.
        let given = Given::own(levels([(Screen::Members, Level::Full)]));
        let there = Given::own(levels([(Screen::Rooms, Level::Read), (Screen::Lighting, Level::Read)])).at(&building);
        let spec = crate::testing::UserSpec { username: "mia", grants: vec![given, there], role: crate::access::Role::CommonManager, ..Default::default() };
        let mut mia = app.signed_in_as(spec).await;
        let more = json!({ "name": "More", "rights": { "levels": { "rooms": "read" }, "places": [building], "organization_levels": { "lighting": "read" } } });
        assert_eq!(complaint(&mia.post(TEAMS, &more).await.expect(422).json()), ("rights.organization_levels", "not_allowed"));
    }

    async fn device_right_opens_exactly_that_device_at_its_level(app: TestApp) {
        let (_, room, light) = plant(&app).await;
        app.place(Some(&room), "light", "Desk").await;
        let unit = app.place(Some(&room), "hvac", "Unit").await;
        let mut admin = app.admin().await;
        let (nora, mut browser) = plain(&app, "nora").await;
        let team = made(&mut admin, json!({ "name": "T", "members": [{ "kind": "user", "id": nora }], "rights": {
            "devices": [{ "device_id": light, "right": "view" }, { "device_id": unit, "right": "control" }] } })).await;
        assert_eq!(ids(&mut browser, "lights").await, [json!(light)]);
        assert_eq!(ids(&mut browser, "hvac").await, [json!(unit)]);
        assert_eq!(ids(&mut browser, "devices").await, [json!(light), json!(unit)]);
        for (list, status) in [("rooms", 403), ("alerts", 403), ("users", 403)] {
            browser.get(&format!("/api/v1/{list}")).await.expect(status);
        }
        let may = |screen: &str, level: &str, place: &str| format!("/api/v1/check?screen={screen}&level={level}&place={place}");
        for (screen, level, place, status) in [
            ("lighting", "read", &light, 204), ("lighting", "full", &light, 403), ("hvac", "full", &unit, 204),
            ("devices", "full", &unit, 403), ("hvac", "read", &room, 403),
        ] {
            browser.get(&may(screen, level, place)).await.expect(status);
        }
        let rights = json!({ "rights": { "devices": [{ "device_id": unit, "right": "configure" }] } });
        admin.patch(&path(text(&team, "id")), "*", &rights).await.expect(200);
        browser.get(&may("devices", "full", &unit)).await.expect(204);
        assert_eq!(ids(&mut browser, "devices").await, [json!(unit)]);
        let me = browser.get("/api/v1/me").await.json();
        assert_eq!(me["access"][0]["reason"], "configure of devices through team T");
    }

    async fn all_devices_hold_one_that_is_made_later(app: TestApp) {
        let (_, room, light) = plant(&app).await;
        let mut admin = app.admin().await;
        let (nora, mut browser) = plain(&app, "nora").await;
        made(&mut admin, json!({ "name": "T", "members": [{ "kind": "user", "id": nora }], "rights": { "all_devices": "control" } })).await;
        assert_eq!(levels_of(&mut browser).await, json!({ "devices": "read", "lighting": "full", "hvac": "full" }));
        assert_eq!(ids(&mut browser, "devices").await, [json!(light)]);
        let later = app.place(Some(&room), "sensor", "Window").await;
        assert_eq!(ids(&mut browser, "devices").await, [json!(light), json!(later)]);
    }
}
