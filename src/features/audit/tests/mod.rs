mod companies;
mod plans;
mod refusals;

use crate::access::{Level, Role, Screen};
use crate::features::companies::model::CompanyKind;
use crate::testing::{ADMIN_PASSWORD, Browser, Client, Given, PASSWORD, TestApp, UserSpec, both, levels};
use serde_json::json;

both! {
    async fn every_change_is_logged_with_who_what_and_from_where(app: TestApp) {
        let nora = app.user(UserSpec { username: "nora", ..UserSpec::default() }).await;
        let mut admin = app.admin().await;
        let path = format!("/api/v1/users/{}", nora.id);
        admin.patch(&path, "*", &json!({ "description": "Works nights" })).await.expect(200);
        let events = admin.get(&format!("/api/v1/audit-events?target_id={}", nora.id)).await.expect(200).json();
        let event = &events["items"][0];
        assert_eq!((&event["action"], &event["actor"]["name"]), (&json!("users.edit"), &json!("Administrator")));
        assert_eq!((&event["before"]["description"], &event["after"]["description"]), (&json!(""), &json!("Works nights")));
        assert_eq!((&event["address"], &events["count"]), (&json!("127.0.0.1"), &json!(1)));
    }

    async fn pages_of_the_log_hold_each_event_once(app: TestApp) {
        let mut admin = app.admin().await;
        for _ in 0..5 {
            app.clock.advance(1);
            admin.call("me.edit", &json!({ "name": "A", "email": "a@example.com", "phone": "", "version": 0 })).await;
            app.user(UserSpec { username: &format!("u{}", app.clock_now()), ..UserSpec::default() }).await;
        }
        let all = admin.get("/api/v1/audit-events?limit=200").await.json();
        let mut seen = Vec::new();
        let mut cursor = String::new();
        loop {
            let page = admin.get(&format!("/api/v1/audit-events?limit=1&cursor={cursor}")).await.expect(200).json();
            seen.extend(page["items"].as_array().unwrap().iter().map(|event| event["id"].clone()));
            match page["next_cursor"].as_str() {
                Some(next) => next.clone_into(&mut cursor),
                None => break,
            }
        }
        let expected: Vec<_> = all["items"].as_array().unwrap().iter().map(|event| event["id"].clone()).collect();
        assert_eq!(seen, expected);
    }

    async fn log_is_read_in_either_order_and_searched_by_action_and_names(app: TestApp) {
        let nora = app.user(UserSpec { username: "nora", ..UserSpec::default() }).await;
        let mut admin = app.admin().await;
        for act in ["disable", "enable"] {
            app.clock.advance(1_000);
            admin.act(&format!("/api/v1/users/{}/{act}", nora.id)).await.expect(200);
        }
        let list = async |query: &str, admin: &mut Browser| {
            let list = admin.get(&format!("/api/v1/audit-events?{query}")).await.expect(200).json();
            let actions = list["items"].as_array().unwrap().iter().map(|e| e["action"].as_str().unwrap().to_owned());
            (actions.collect::<Vec<_>>(), list["count"].clone())
        };
        let about = format!("target_id={}", nora.id);
        let newest = list(&about, &mut admin).await;
        assert_eq!(newest, (vec!["users.enable".to_owned(), "users.disable".to_owned()], json!(2)));
        assert_eq!(list(&format!("{about}&sort=-at"), &mut admin).await, newest);
        let oldest = list(&format!("{about}&sort=at"), &mut admin).await.0;
        assert_eq!(oldest, ["users.disable", "users.enable"]);
        let first = admin.get(&format!("/api/v1/audit-events?{about}&sort=at&limit=1")).await.json();
        let cursor = first["next_cursor"].as_str().unwrap();
        assert_eq!(list(&format!("{about}&sort=at&cursor={cursor}"), &mut admin).await.0, ["users.enable"]);
        admin.get(&format!("/api/v1/audit-events?cursor={cursor}")).await.expect(400);
        for (q, found) in [("ENABLE", 1), ("nor", 2), ("users.", 2), ("100%25", 0), ("_", 0)] {
            assert_eq!(list(&format!("{about}&q={q}"), &mut admin).await.1, found, "{q}");
        }
        assert!(list("q=administrator", &mut admin).await.0.len() > 2, "by who did it");
    }

    async fn reader_in_a_company_reads_of_its_own_people_and_of_nobody_beside_or_above(app: TestApp) {
        let north = app.company(None, CompanyKind::Distributor, "North").await;
        let fitters = app.company(Some(&north), CompanyKind::Installer, "Fitters").await;
        let south = app.company(None, CompanyKind::Distributor, "South").await;
        let rights = || vec![Given::own(levels([(Screen::Audit, Level::Read), (Screen::Users, Level::Full), (Screen::Sessions, Level::Full), (Screen::Integrations, Level::Full), (Screen::Rooms, Level::Read)]))];
        let spec = |username, company, role| UserSpec { username, company, role, grants: rights(), ..UserSpec::default() };
        let mut reader = app.signed_in_as(spec("reader", Some(&north), Role::CommonManager)).await;
        let mut southern = app.signed_in_as(spec("southern", Some(&south), Role::CommonManager)).await;
        let mut admin = app.admin().await;
        for (username, company) in [("below", &fitters), ("beside", &south)] {
            let person = app.user(spec(username, Some(company), Role::Owner)).await;
            let mut theirs = app.browser_of(&person).await;
            theirs.post("/api/v1/api-keys", &json!({ "name": format!("Key of {username}") })).await.expect(201);
            app.browser().sign_in(username, "a wrong password of theirs").await.expect(401);
            let path = format!("/api/v1/users/{}", person.id);
            admin.patch(&path, "*", &json!({ "description": "Works nights" })).await.expect(200);
            admin.delete(&path).await.expect(204);
        }
        let robots = json!({ "name": "Southern robots", "levels": { "rooms": "read" } });
        Client::made(&mut southern, robots).await.signed_in(&app).await.get("/api/v1/lights").await.expect(403);
        app.state.settled().await;
        admin.post("/api/v1/profiles", &json!({ "name": "Everybody's", "levels": { "rooms": "read" } })).await.expect(201);
        let hers = reader.get("/api/v1/audit-events?limit=200").await.expect(200);
        let all = admin.get("/api/v1/audit-events?limit=200").await.expect(200);
        for told in ["beside", "southern", "Southern", "Everybody's"] {
            assert!(!hers.text.contains(told) && all.text.contains(told), "{told}: {}", hers.text);
        }
        let actions: std::collections::BTreeSet<_> = hers.json()["items"].as_array().unwrap().iter()
            .filter(|event| event["target"]["name"].as_str().unwrap().contains("below"))
            .map(|event| event["action"].as_str().unwrap().to_owned()).collect();
        let expected = ["api_keys.create", "session.begin", "session.refused", "users.delete", "users.edit"];
        assert_eq!(actions, expected.map(str::to_owned).into());
        assert_eq!(reader.get("/api/v1/audit-events?q=beside").await.expect(200).json()["count"], 0);
        let id = all.json()["items"].as_array().unwrap().iter().find(|it| it["target"]["name"] == "beside" && it["action"] == "users.edit").unwrap()["target"]["id"].clone();
        let about = format!("/api/v1/audit-events?target_id={}", id.as_str().unwrap());
        assert_eq!((reader.get(&about).await.json()["count"].clone(), admin.get(&about).await.json()["count"] != 0), (json!(0), true));
    }

    async fn no_secret_reaches_the_log(app: TestApp) {
        let nora = app.user(UserSpec { username: "nora", ..UserSpec::default() }).await;
        let mut admin = app.admin().await;
        app.browser().sign_in("nora", "a wrong password of hers").await.expect(401);
        app.browser().sign_in("my secret typed as a name", "x").await.expect(401);
        let path = format!("/api/v1/users/{}/reset-password", nora.id);
        let temporary = admin.act(&path).await.json()["temporary_password"].as_str().unwrap().to_owned();
        let cookie = admin.cookies["doorward"].clone();
        let mut held = app.system().read().await.unwrap();
        let rows = "select coalesce(before, '') || coalesce(after, '') || target_name || actor_name from audit_events";
        let text: String = crate::db::rows!(held.conn(), (String,), rows).unwrap().into_iter().map(|row| row.0).collect();
        for secret in [temporary.as_str(), &cookie, ADMIN_PASSWORD, PASSWORD, "a wrong password of hers", "my secret typed"] {
            assert!(!text.contains(secret), "{secret}");
        }
        let hashes = "select password_hash from accounts where password_hash is not null";
        for (hash,) in crate::db::rows!(held.conn(), (String,), hashes).unwrap() {
            assert!(hash.starts_with("$argon2id$"));
        }
    }
}

impl TestApp {
    fn clock_now(&self) -> i64 {
        self.state.now()
    }
}
