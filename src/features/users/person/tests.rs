//! The page of one person and *Can they …?*

use crate::access::{Level, Screen};
use crate::features::companies::model::CompanyKind;
use crate::testing::{Given, START, TestApp, UserSpec, both, levels};
use crate::types::rfc3339;
use serde_json::{Value, json};

fn reads_users() -> Vec<Given> {
    vec![Given::own(levels([(Screen::Users, Level::Read)]))]
}

fn asks(id: &str, screen: &str, level: &str, place: Option<&str>) -> Value {
    json!({ "id": id, "question": { "screen": screen, "level": level, "place": place } })
}

both! {
    async fn administrator_reads_what_opens_for_somebody_because_of_what_since_when_and_by_whom(app: TestApp) {
        let building = app.place(None, "building", "Building A").await;
        let first = app.place(Some(&building), "floor", "Floor 1").await;
        app.place(Some(&building), "floor", "Floor 2").await;
        let porter = app.profile("Night porter", levels([(Screen::Rooms, Level::Full), (Screen::Users, Level::Read)])).await;
        let mut admin = app.admin().await;
        let body = json!({ "username": "nora", "name": "Nora Night", "email": "nora@example.com", "role": "owner",
            "profiles": [porter], "places": [first] });
        let nora = admin.post("/api/v1/users", &body).await.expect(201).json()["id"].as_str().unwrap().to_owned();
        app.grant(&nora, Given::own(levels([(Screen::Rooms, Level::Read)])).until(START + 600_000)).await;
        let person = admin.call("users.person", &json!({ "id": nora })).await.expect(200).json();
        let held = person["permissions"].as_array().unwrap();
        assert_eq!(held.len(), 2, "the place limits the profile, so that it opens no users: {held:?}");
        assert_eq!(held[0]["places"], json!(["Building A / Floor 1"]));
        assert_eq!((&held[0]["because"], &held[0]["by"]), (&json!("Night porter"), &json!("Administrator")));
        assert_eq!((&held[0]["level"], &held[0]["until"]), (&json!("full"), &Value::Null));
        assert_eq!((&held[1]["because"], &held[1]["places"]), (&json!("Own permissions"), &json!([])));
        assert_eq!(held[1]["until"], rfc3339(START + 600_000));
        let floors = json!([{ "name": "Building A", "level": "read", "floors": [["Floor 1", "full"], ["Floor 2", "read"]] }]);
        assert_eq!(person["buildings"], floors);
        assert_eq!(person["sessions"], json!([]));
        assert_eq!(person["events"][0]["action"], "users.create");
        assert_eq!(person["events"][0]["actor_name"], "Administrator");
    }

    async fn page_of_a_person_has_their_sessions_and_keys(app: TestApp) {
        let nora = app.user(UserSpec { username: "nora", ..UserSpec::default() }).await;
        let mut browser = app.browser_of(&nora).await;
        let key = json!({ "new": { "name": "Nightly export", "may_administer_access": false } });
        browser.call("api_keys.create", &key).await.expect(200);
        let mut admin = app.admin().await;
        let person = admin.call("users.person", &json!({ "id": nora.id })).await.expect(200).json();
        assert_eq!(person["sessions"].as_array().unwrap().len(), 1);
        assert_eq!(person["keys"][0]["name"], "Nightly export");
        app.clock.advance(25 * 3_600_000);
        let mut admin = app.admin().await;
        let later = admin.call("users.person", &json!({ "id": nora.id })).await.expect(200).json();
        assert_eq!(later["sessions"], json!([]), "what ran out is no session");
    }

    async fn whoever_reads_neither_sessions_nor_the_audit_log_sees_none_of_them(app: TestApp) {
        let nora = app.user(UserSpec { username: "nora", ..UserSpec::default() }).await;
        let mut reader = app.signed_in_as(UserSpec { username: "reader", grants: reads_users(), ..UserSpec::default() }).await;
        let person = reader.call("users.person", &json!({ "id": nora.id })).await.expect(200).json();
        assert_eq!((&person["sessions"], &person["events"]), (&Value::Null, &Value::Null));
    }

    async fn manager_of_other_company_gets_404_for_a_person_and_for_what_they_can_do(app: TestApp) {
        let north = app.company(None, CompanyKind::Distributor, "North").await;
        let nora = app.user(UserSpec { username: "nora", ..UserSpec::default() }).await;
        let spec = UserSpec { username: "north", company: Some(&north), grants: reads_users(), ..UserSpec::default() };
        let mut manager = app.signed_in_as(spec).await;
        manager.call("users.person", &json!({ "id": nora.id })).await.expect(404);
        manager.call("users.check", &asks(&nora.id, "rooms", "read", None)).await.expect(404);
    }

    async fn question_is_answered_by_the_rule_with_its_reason_and_its_end(app: TestApp) {
        let building = app.place(None, "building", "Building A").await;
        let first = app.place(Some(&building), "floor", "Floor 1").await;
        let second = app.place(Some(&building), "floor", "Floor 2").await;
        let porter = app.profile("Night porter", levels([(Screen::Rooms, Level::Full)])).await;
        let until = START + 600_000;
        let grants = vec![Given::profile(&porter).at(&first).until(until), Given::own(levels([(Screen::Alerts, Level::Read)]))];
        let nora = app.user(UserSpec { username: "nora", grants, ..UserSpec::default() }).await;
        let mut admin = app.admin().await;
        let cases = [
            ("rooms", "full", Some(&first), true, "nora has Rooms full at Building A / Floor 1 because of Night porter."),
            ("rooms", "read", Some(&second), false, "nora has Rooms read at other places, but not at Building A / Floor 2."),
            ("rooms", "read", None, true, "nora has Rooms read because of Night porter."),
            ("alerts", "full", None, false, "nora has Alerts only at read."),
            ("users", "read", Some(&first), false, "Nothing gives nora Users."),
        ];
        for (screen, level, place, allowed, text) in cases {
            let asked = asks(&nora.id, screen, level, place.map(String::as_str));
            let verdict = admin.call("users.check", &asked).await.expect(200).json();
            assert_eq!((verdict["allowed"].as_bool().unwrap(), verdict["text"].as_str().unwrap()), (allowed, text));
            let end = if allowed { json!(rfc3339(until)) } else { Value::Null };
            assert_eq!(verdict["until"], end, "{text}");
        }
        admin.call("users.check", &asks(&nora.id, "rooms", "read", Some("no-place"))).await.expect(404);
        admin.call("users.disable", &json!({ "id": nora.id })).await.expect(200);
        let verdict = admin.call("users.check", &asks(&nora.id, "rooms", "full", Some(&first))).await.expect(200).json();
        assert_eq!(verdict["text"], "nora is disabled in this organization.");
    }
}
