mod access;
mod counts;
mod places;
mod plans;
mod writes;

use crate::access::{Level, Role, Screen};

use crate::features::companies::model::CompanyKind;
use crate::testing::{Browser, Given, PASSWORD, TestApp, UserSpec, both, levels};
use serde_json::{Value, json};

/// A body that creates a user with one profile everywhere.
fn body(username: &str, profile: &str) -> Value {
    json!({
        "username": username, "name": "Nora Night", "email": "nora@example.com", "role": "owner",
        "profiles": [profile], "places": "everything",
    })
}

async fn made(browser: &mut Browser, body: &Value) -> Value {
    browser.post("/api/v1/users", body).await.expect(201).json()
}

fn fields(problem: &Value) -> Vec<&str> {
    problem["errors"]
        .as_array()
        .map(|all| all.iter().map(|e| e["field"].as_str().unwrap()).collect())
        .unwrap_or_default()
}

both! {
    async fn administrator_adds_a_night_porter_who_sees_those_screens_and_floors_only(app: TestApp) {
        let building = app.place(None, "building", "Building A").await;
        let floor = app.place(Some(&building), "floor", "Floor 1").await;
        let porter = app.profile("Night porter", levels([(Screen::Rooms, Level::Full), (Screen::Alerts, Level::Read)])).await;
        let mut admin = app.admin().await;
        let mut body = body("nora", &porter);
        body["places"] = json!([floor]);
        let answer = admin.post("/api/v1/users", &body).await.expect(201);
        let user = answer.json();
        assert_eq!(answer.header("location"), format!("/api/v1/users/{}", user["id"].as_str().unwrap()));
        assert_eq!(answer.header("etag"), format!("\"{}\"", user["version"]));
        assert_eq!(user["places"], json!([floor]));
        assert_eq!((&user["status"], &user["last_sign_in_at"]), (&json!("active"), &Value::Null));
        let password = user["temporary_password"].as_str().unwrap().to_owned();
        let again = admin.get(&format!("/api/v1/users/{}", user["id"].as_str().unwrap())).await.json();
        assert!(again.get("temporary_password").is_none(), "shown once");

        let mut nora = app.signed_in("nora", &password).await;
        assert_eq!(nora.get("/rooms").await.header("location"), "/me");
        let refused = nora.get("/api/v1/users").await.expect(403).json();
        assert_eq!(refused["code"], "password_change_required");
        let change = json!({ "change": { "current": password, "new": PASSWORD, "again": PASSWORD, "name": "", "email": "" } });
        let old = nora.clone();
        nora.call("me.change_password", &change).await.expect(200);
        assert_eq!(old.clone().get("/fn/me.view").await.status, 401, "the session has a new cookie");
        let me = nora.get("/fn/me.view").await.expect(200).json();
        assert_eq!(me["levels"], json!({ "rooms": "full", "alerts": "read" }));
        nora.get("/api/v1/users").await.expect(403);
    }

    async fn temporary_password_runs_out_after_72_hours(app: TestApp) {
        let profile = app.profile("Reader", levels([(Screen::Rooms, Level::Read)])).await;
        let user = made(&mut app.admin().await, &body("nora", &profile)).await;
        app.clock.advance(72 * 3_600_000);
        app.browser().sign_in("nora", user["temporary_password"].as_str().unwrap()).await.expect(401);
    }

    async fn everything_wrong_with_a_new_user_is_told_at_once(app: TestApp) {
        let elsewhere = app.organization("Elsewhere").await;
        let foreign = app.place(None, "building", "Foreign").await;
        let mut write = app.system().write().await.unwrap();
        crate::db::exec!(write.conn(), "update places set organization_id = $1 where id = $2", elsewhere, foreign.as_str()).unwrap();
        write.commit_unlogged().await.unwrap();
        let profile = app.profile("Reader", levels([(Screen::Rooms, Level::Read)])).await;
        let mut admin = app.admin().await;
        let wrong = json!({
            "username": "two words", "name": "", "email": "nora@", "phone": "+6561234567", "region": "europe",
            "role": "owner", "profiles": [profile, "nonsense"], "places": [foreign],
            "password": { "mode": "custom", "value": "short" }, "description": "a\u{7}b", "company_id": "nonsense",
        });
        let problem = admin.post("/api/v1/users", &wrong).await.expect(422).json();
        let mut found = fields(&problem);
        found.sort_unstable();
        found.dedup();
        let all = ["company_id", "description", "email", "name", "password", "phone", "places", "profiles", "username"];
        assert_eq!(found, all, "{problem:#}");
        assert_eq!(admin.get("/api/v1/users").await.json()["count"], 1, "nothing was made");
    }

    async fn unknown_and_privileged_fields_are_refused(app: TestApp) {
        let profile = app.profile("Reader", levels([(Screen::Rooms, Level::Read)])).await;
        let mut admin = app.admin().await;
        for field in ["organization_id", "is_admin", "operator", "password_hash", "version", "id"] {
            let mut body = body("nora", &profile);
            body[field] = json!("x");
            let problem = admin.post("/api/v1/users", &body).await.expect(422).json();
            assert_eq!(fields(&problem), [field]);
        }
        admin.send(http::Method::POST, "/api/v1/users", "application/json", "{".into()).await.expect(400);
        admin.send(http::Method::POST, "/api/v1/users", "text/plain", "{}".into()).await.expect(415);
        let large = json!({ "name": "x".repeat(1_000_000) });
        admin.post("/api/v1/users", &large).await.expect(413);
    }

    async fn taken_username_is_refused_in_any_case_and_form(app: TestApp) {
        let profile = app.profile("Reader", levels([(Screen::Rooms, Level::Read)])).await;
        let mut admin = app.admin().await;
        made(&mut admin, &body("Zoë", &profile)).await;
        for same in ["zoë", "ZOE\u{308}", "ＺＯË"] {
            let problem = admin.post("/api/v1/users", &body(same, &profile)).await.expect(409).json();
            assert_eq!((fields(&problem), &problem["code"]), (vec!["username"], &json!("taken")), "{same}");
        }
    }

    async fn odd_names_are_kept_as_they_are(app: TestApp) {
        let profile = app.profile("Reader", levels([(Screen::Rooms, Level::Read)])).await;
        let mut admin = app.admin().await;
        for (username, name) in [("rtl", "مريم"), ("emoji", "👩‍🚀 Ada"), ("xss", "<script>alert(1)</script>"), ("quote", "O'Neil \"x\" --;")] {
            let mut body = body(username, &profile);
            body["name"] = json!(name);
            assert_eq!(made(&mut admin, &body).await["name"], name);
        }
        let page = admin.get("/users").await.expect(200).text;
        assert!(!page.contains("<script>alert(1)"), "shown as text");
        let mut long = body("long", &profile);
        long["name"] = json!("x".repeat(2_000));
        assert_eq!(fields(&admin.post("/api/v1/users", &long).await.expect(422).json()), ["name"]);
    }

    async fn second_of_two_editors_is_told_what_the_first_changed(app: TestApp) {
        let profile = app.profile("Reader", levels([(Screen::Rooms, Level::Read)])).await;
        let mut admin = app.admin().await;
        let user = made(&mut admin, &body("nora", &profile)).await;
        let (path, version) = (format!("/api/v1/users/{}", user["id"].as_str().unwrap()), format!("\"{}\"", user["version"]));
        let first = admin.patch(&path, &version, &json!({ "name": "Nora First" })).await.expect(200);
        assert_ne!(first.header("etag"), version);
        let problem = admin.patch(&path, &version, &json!({ "name": "Nora Second" })).await.expect(412).json();
        assert!(problem["detail"].as_str().unwrap().contains("Nora First"));
        admin.patch(&path, "*", &json!({ "name": "Nora Third" })).await.expect(200);
        admin.send(http::Method::PATCH, &path, "application/json", "{}".into()).await.expect(428);
    }

    async fn signing_in_does_not_change_the_version(app: TestApp) {
        let profile = app.profile("Reader", levels([(Screen::Rooms, Level::Read)])).await;
        let mut admin = app.admin().await;
        let user = made(&mut admin, &body("nora", &profile)).await;
        app.signed_in("nora", user["temporary_password"].as_str().unwrap()).await;
        let now = admin.get(&format!("/api/v1/users/{}", user["id"].as_str().unwrap())).await.json();
        assert_eq!(now["version"], user["version"]);
        assert!(now["last_sign_in_at"].is_string());
    }

    async fn manager_of_other_company_gets_404(app: TestApp) {
        let (north, south) = (app.company(None, CompanyKind::Distributor, "North").await, app.company(None, CompanyKind::Distributor, "South").await);
        let fitters = app.company(Some(&north), CompanyKind::Installer, "Fitters").await;
        let rights = || vec![Given::own(levels([(Screen::Users, Level::Full), (Screen::Rooms, Level::Full)]))];
        let spec = |username, company, role| UserSpec { username, company, role, grants: rights(), ..UserSpec::default() };
        let below = app.user(spec("below", Some(&fitters), Role::Owner)).await;
        let beside = app.user(spec("beside", Some(&south), Role::Owner)).await;
        let mut manager = app.signed_in_as(spec("north", Some(&north), Role::OperationsEngineer)).await;
        let listed = manager.get("/api/v1/users?sort=username").await.expect(200).json();
        let names: Vec<&str> = listed["items"].as_array().unwrap().iter().map(|u| u["username"].as_str().unwrap()).collect();
        assert_eq!((names, &listed["count"]), (vec!["below", "north"], &json!(2)));
        manager.get(&format!("/api/v1/users/{}", below.id)).await.expect(200);
        let missing = "01900000-0000-7000-8000-000000000000";
        for id in [beside.id.as_str(), missing, "nonsense"] {
            let path = format!("/api/v1/users/{id}");
            manager.get(&path).await.expect(404);
            manager.patch(&path, "*", &json!({})).await.expect(404);
            manager.delete(&path).await.expect(404);
            for act in ["disable", "enable", "reset-password", "close-session"] {
                manager.act(&format!("{path}/{act}")).await.expect(404);
            }
        }
        assert_eq!(manager.get("/api/v1/users?q=beside").await.json()["count"], 0, "search shows nothing either");
        let filtered = format!("/api/v1/users?company_id={south}");
        assert_eq!(manager.get(&filtered).await.json()["count"], 0);
    }

    async fn user_of_another_organization_does_not_exist_here(app: TestApp) {
        let elsewhere = app.organization("Elsewhere").await;
        let foreign = app.user(UserSpec { organization: Some(&elsewhere), username: "foreign", ..UserSpec::default() }).await;
        let mut admin = app.admin().await;
        admin.get(&format!("/api/v1/users/{}", foreign.id)).await.expect(404);
        admin.delete(&format!("/api/v1/users/{}", foreign.id)).await.expect(404);
        assert_eq!(admin.get("/api/v1/users?q=foreign").await.json()["count"], 0);
    }

    async fn nobody_touches_a_higher_rank(app: TestApp) {
        let full = || vec![Given::own(levels([(Screen::Users, Level::Full)]))];
        let boss = app.user(UserSpec { username: "boss", role: Role::CommonManager, grants: full(), ..UserSpec::default() }).await;
        let engineer = UserSpec { username: "eng", role: Role::OperationsEngineer, grants: full(), ..UserSpec::default() };
        let mut engineer = app.signed_in_as(engineer).await;
        let path = format!("/api/v1/users/{}", boss.id);
        engineer.patch(&path, "*", &json!({ "email": "mine@example.com" })).await.expect(403);
        engineer.delete(&path).await.expect(403);
        for act in ["disable", "enable", "reset-password", "close-session"] {
            engineer.act(&format!("{path}/{act}")).await.expect(403);
        }
        engineer.get(&path).await.expect(200);
    }

    async fn nobody_resets_one_who_can_do_more(app: TestApp) {
        let strong = vec![Given::own(levels([(Screen::Users, Level::Read), (Screen::Audit, Level::Read)]))];
        let strong = app.user(UserSpec { username: "strong", role: Role::Owner, grants: strong, ..UserSpec::default() }).await;
        let weak = vec![Given::own(levels([(Screen::Users, Level::Full)]))];
        let mut weak = app.signed_in_as(UserSpec { username: "weak", grants: weak, ..UserSpec::default() }).await;
        let path = format!("/api/v1/users/{}", strong.id);
        assert_eq!(weak.act(&format!("{path}/reset-password")).await.expect(403).json()["code"], "above_rights");
        assert_eq!(weak.patch(&path, "*", &json!({ "email": "x@example.com" })).await.expect(403).json()["code"], "above_rights");
        weak.patch(&path, "*", &json!({ "description": "Works nights" })).await.expect(200);
    }

    async fn nobody_gives_a_right_or_role_that_they_lack(app: TestApp) {
        let building = app.place(None, "building", "Building A").await;
        let other = app.place(None, "building", "Building B").await;
        let rooms = app.profile("Rooms", levels([(Screen::Rooms, Level::Full)])).await;
        let audit = app.profile("Audit", levels([(Screen::Audit, Level::Read)])).await;
        let grants = vec![Given::own(levels([(Screen::Users, Level::Full)])), Given::own(levels([(Screen::Rooms, Level::Full)])).at(&building)];
        let mut giver = app.signed_in_as(UserSpec { username: "giver", role: Role::OperationsEngineer, grants, ..UserSpec::default() }).await;
        let here = json!({ "profiles": [rooms], "places": [building], "role": "owner" });
        let with = |change: Value| {
            let mut body = body("new", &rooms);
            for part in [&here, &change] {
                body.as_object_mut().unwrap().extend(part.as_object().unwrap().clone());
            }
            body
        };
        for (change, field) in [
            (json!({ "places": "everything" }), "profiles"),
            (json!({ "places": [other] }), "profiles"),
            (json!({ "profiles": [audit] }), "profiles"),
            (json!({ "organization_levels": { "audit": "read" } }), "organization_levels"),
            (json!({ "role": "common_manager" }), "role"),
        ] {
            let problem = giver.post("/api/v1/users", &with(change.clone())).await.expect(422).json();
            assert_eq!(fields(&problem), [field], "{change}: {problem}");
        }
        let user = made(&mut giver, &with(json!({}))).await;
        let path = format!("/api/v1/users/{}", user["id"].as_str().unwrap());
        giver.patch(&path, "*", &json!({ "places": "everything" })).await.expect(422);
        giver.patch(&path, "*", &json!({ "role": "common_manager" })).await.expect(422);
    }

    async fn places_may_differ_per_profile(app: TestApp) {
        let (a, b) = (app.place(None, "building", "A").await, app.place(None, "building", "B").await);
        let rooms = app.profile("Rooms", levels([(Screen::Rooms, Level::Full)])).await;
        let alerts = app.profile("Alerts", levels([(Screen::Alerts, Level::Read), (Screen::Users, Level::Read)])).await;
        let mut admin = app.admin().await;
        let mut differing = body("nora", &rooms);
        differing.as_object_mut().unwrap().remove("places");
        differing["profiles"] = json!([rooms, alerts]);
        differing["profile_places"] = json!({ rooms.as_str(): [a], alerts.as_str(): [b] });
        differing["organization_levels"] = json!({ "users": "read" });
        let user = made(&mut admin, &differing).await;
        assert_eq!(user["places"], Value::Null);
        assert_eq!(user["profile_places"], differing["profile_places"]);
        assert_eq!(user["organization_levels"], json!({ "users": "read" }));
        let path = format!("/api/v1/users/{}", user["id"].as_str().unwrap());
        let same = admin.patch(&path, "*", &json!({ "places": "everything" })).await.expect(200).json();
        assert_eq!(same["places"], "everything");
        admin.patch(&path, "*", &json!({ "places": [] })).await.expect(422);
    }

    async fn disabled_user_is_out_at_once_and_enabling_restores_all(app: TestApp) {
        let grants = vec![Given::own(levels([(Screen::Rooms, Level::Read)]))];
        let nora = app.user(UserSpec { username: "nora", role: Role::Owner, grants, ..UserSpec::default() }).await;
        let mut hers = app.browser_of(&nora).await;
        let mut admin = app.admin().await;
        let path = format!("/api/v1/users/{}", nora.id);
        assert_eq!(admin.act(&format!("{path}/disable")).await.expect(200).json()["status"], "disabled");
        assert_eq!(hers.get("/me").await.header("location"), "/sign-in?next=%2Fme&ended=disabled");
        let mut outside = app.browser_of(&nora).await;
        assert_eq!(outside.get("/rooms").await.header("location"), "/me");
        assert_eq!(outside.get("/fn/me.view").await.expect(200).json()["gate"], "no_membership");
        admin.act(&format!("{path}/enable")).await.expect(200);
        let mut back = app.browser();
        let asked = back.sign_in("nora", PASSWORD).await;
        assert_eq!(asked.status, 409, "the session outside is still there");
    }

    async fn deleted_user_is_gone_and_the_audit_log_stays(app: TestApp) {
        let nora = app.user(UserSpec { username: "nora", role: Role::Owner, ..UserSpec::default() }).await;
        let mut hers = app.browser_of(&nora).await;
        let mut admin = app.admin().await;
        let path = format!("/api/v1/users/{}", nora.id);
        admin.delete(&path).await.expect(204);
        admin.get(&path).await.expect(404);
        admin.delete(&path).await.expect(404);
        assert_eq!(admin.get("/api/v1/users?q=nora").await.json()["count"], 0);
        hers.get("/fn/me.view").await.expect(401);
        let logged = "select count(*) from audit_events where action = 'users.delete' and target_name = 'nora'";
        let mut held = app.system().read().await.unwrap();
        assert_eq!(crate::db::scalar!(held.conn(), i64, logged).unwrap(), 1);
    }

    async fn reset_ends_the_sessions_and_the_new_password_must_be_replaced(app: TestApp) {
        let nora = app.user(UserSpec { username: "nora", role: Role::Owner, ..UserSpec::default() }).await;
        let mut hers = app.browser_of(&nora).await;
        let mut admin = app.admin().await;
        let path = format!("/api/v1/users/{}/reset-password", nora.id);
        let short = json!({ "password": { "mode": "custom", "value": "short" } });
        admin.post(&path, &short).await.expect(422);
        hers.get("/fn/me.view").await.expect(200);
        let temporary = admin.act(&path).await.expect(200).json()["temporary_password"].as_str().unwrap().to_owned();
        hers.get("/fn/me.view").await.expect(401);
        app.browser().sign_in("nora", PASSWORD).await.expect(401);
        let mut hers = app.signed_in("nora", &temporary).await;
        assert_eq!(hers.get("/fn/me.view").await.json()["gate"], "password_change_required");
    }

    async fn administrator_closes_a_session(app: TestApp) {
        let nora = app.user(UserSpec { username: "nora", role: Role::Owner, ..UserSpec::default() }).await;
        let mut hers = app.browser_of(&nora).await;
        let mut admin = app.admin().await;
        let path = format!("/api/v1/users/{}/close-session", nora.id);
        admin.act(&path).await.expect(204);
        assert_eq!(hers.get("/me").await.header("location"), "/sign-in?next=%2Fme&ended=closed");
        admin.act(&path).await.expect(409);
    }

    async fn own_row_is_not_one_s_own_to_write(app: TestApp) {
        let mut admin = app.admin().await;
        let id = admin.get("/fn/me.view").await.json()["user_id"].as_str().unwrap().to_owned();
        let path = format!("/api/v1/users/{id}");
        admin.get(&path).await.expect(200);
        assert_eq!(admin.delete(&path).await.expect(409).json()["code"], "own_account");
        admin.patch(&path, "*", &json!({ "role": "owner" })).await.expect(409);
        admin.act(&format!("{path}/disable")).await.expect(409);
    }

    async fn last_administrator_stays_through_every_act(app: TestApp) {
        let builtin = app.administrator_profile().await;
        let weak = app.profile("Weak", levels([(Screen::Rooms, Level::Read)])).await;
        let second = UserSpec { username: "second", grants: vec![Given::profile(&builtin)], ..UserSpec::default() };
        let mut second = app.signed_in_as(second).await;
        let mut first = app.admin().await;
        let id = first.get("/fn/me.view").await.json()["user_id"].as_str().unwrap().to_owned();
        let second_id = second.get("/fn/me.view").await.json()["user_id"].as_str().unwrap().to_owned();
        // With two, one may go; the one that is left may not, by any path.
        first.patch(&format!("/api/v1/users/{second_id}"), "*", &json!({ "profiles": [weak] })).await.expect(200);
        app.grant(&second_id, Given::own(crate::access::Levels::FULL)).await;
        let path = format!("/api/v1/users/{id}");
        let company = app.company(None, CompanyKind::Installer, "Fitters").await;
        for (what, answer) in [
            ("disable", second.act(&format!("{path}/disable")).await),
            ("delete", second.delete(&path).await),
            ("demote", second.patch(&path, "*", &json!({ "role": "owner" })).await),
            ("profile", second.patch(&path, "*", &json!({ "profiles": [weak] })).await),
            ("company", second.patch(&path, "*", &json!({ "company_id": company })).await),
            ("reset", second.act(&format!("{path}/reset-password")).await),
        ] {
            assert_eq!(answer.status, 409, "{what}: {}", answer.text);
            assert_eq!(answer.json()["code"], "last_administrator", "{what}");
        }
        first.get("/api/v1/users").await.expect(200);
    }

    async fn reader_sees_users_and_writes_none(app: TestApp) {
        let profile = app.profile("Reader", levels([(Screen::Rooms, Level::Read)])).await;
        let grants = vec![Given::own(levels([(Screen::Users, Level::Read)]))];
        let mut reader = app.signed_in_as(UserSpec { username: "reader", grants, ..UserSpec::default() }).await;
        reader.get("/api/v1/users").await.expect(200);
        let problem = reader.post("/api/v1/users", &body("nora", &profile)).await.expect(403).json();
        assert!(problem["detail"].as_str().unwrap().contains("Administrator"), "names who can grant it: {problem}");
        let page = reader.get("/users").await.expect(200).text;
        assert!(page.contains("You need the Users screen at Full."));
    }

    async fn last_sign_in_sorts_under_the_name_of_its_field_and_under_its_former_one(app: TestApp) {
        for username in ["anna", "berta", "carla"] {
            let person = app.user(UserSpec { username, ..UserSpec::default() }).await;
            app.clock.advance(1_000);
            app.browser_of(&person).await;
        }
        app.clock.advance(1_000);
        let mut admin = app.admin().await;
        let mut lists = Vec::new();
        for sort in ["-last_sign_in_at", "-last_sign_in"] {
            let list = admin.get(&format!("/api/v1/users?limit=2&sort={sort}")).await.expect(200).json();
            let next = format!("/api/v1/users?limit=2&sort={sort}&cursor={}", list["next_cursor"].as_str().unwrap());
            let rest = admin.get(&next).await.expect(200).json();
            let both = [list, rest].map(|page| page["items"].as_array().unwrap().clone()).concat();
            lists.push(both.iter().map(|user| user["username"].as_str().unwrap().to_owned()).collect::<Vec<_>>());
        }
        assert_eq!(lists[0], ["admin", "carla", "berta", "anna"]);
        assert_eq!(lists[0], lists[1]);
    }

    async fn list_rejects_what_it_does_not_know(app: TestApp) {
        let mut admin = app.admin().await;
        for bad in ["sort=password_hash", "sort=name;drop", "limit=0", "limit=201", "limit=x", "role=king", "status=odd", "cursor=abc", "unknown=1"] {
            admin.get(&format!("/api/v1/users?{bad}")).await.expect(400);
        }
    }
}
