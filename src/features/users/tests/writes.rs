//! Writes that take a while, ask for much, or come at the same time.

use super::super::fields::Fields;
use super::super::model::{FormChoices, UserChange, UserView};
use super::{body, fields, made};
use crate::access::{Level, Levels, Role, Screen};
use crate::db::{Db, STATEMENTS, exec, scalar};
use crate::rights::administrators;
use crate::server::{Call, Reason};
use crate::testing::{Answer, Browser, Given, PASSWORD, START, TestApp, UserSpec, both, levels};
use futures::future::join_all;
use leptos::prelude::{Owner, Set};
use serde_json::{Value, json};
use std::cell::Cell;
use std::sync::Arc;
use tokio::sync::Semaphore;

/// Ids that nothing has.
fn invented(count: usize) -> Vec<String> {
    (0..count).map(|n| format!("01900000-0000-7000-8000-{n:012}")).collect()
}

/// A Common Manager of the root company with the built-in profile.
async fn administrator(app: &TestApp, username: &str) -> (Browser, String) {
    let builtin = app.administrator_profile().await;
    let person = app.user(UserSpec { username, grants: vec![Given::profile(&builtin)], ..UserSpec::default() }).await;
    (app.browser_of(&person).await, person.id)
}

/// Starts a request and returns once it waits for a password to be hashed.
async fn until_it_hashes(
    app: &TestApp,
    mut browser: Browser,
    path: String,
    body: Value,
) -> tokio::task::JoinHandle<Answer> {
    let task = tokio::spawn(async move { browser.post(&path, &body).await });
    while app.state.hasher.under_way() == 0 {
        assert!(!task.is_finished(), "{:?}", task.await);
        tokio::task::yield_now().await;
    }
    task
}

async fn count(app: &TestApp, sql: &'static str) -> i64 {
    scalar!(app.system().read().await.unwrap().conn(), i64, sql).unwrap()
}

both! {
    async fn form_with_thousands_of_rights_is_refused_before_work(app: TestApp) {
        let mut admin = app.admin().await;
        let reader = app.profile("Reader", levels([(Screen::Rooms, Level::Read)])).await;
        let building = app.place(None, "building", "Building A").await;
        let user = made(&mut admin, &body("nora", &reader)).await;
        let path = format!("/api/v1/users/{}", user["id"].as_str().unwrap());
        for (profiles, places, field) in [(3_300, 3_300, "profiles"), (51, 1, "profiles"), (1, 501, "places"), (50, 100, "places")] {
            let much = json!({ "profiles": invented(profiles), "places": invented(places) });
            let mut new = body("new", &reader);
            new.as_object_mut().unwrap().extend(much.as_object().unwrap().clone());
            let asked = async {
                let created = admin.post("/api/v1/users", &new).await.expect(422).json();
                let edited = admin.patch(&path, "*", &much).await.expect(422).json();
                for problem in [created, edited] {
                    assert_eq!((fields(&problem), &problem["errors"][0]["code"]), (vec![field], &json!("too_many")), "{problem}");
                }
                STATEMENTS.with(Cell::get)
            };
            let statements = STATEMENTS.scope(Cell::new(0), asked).await;
            assert!(statements < 20, "{statements} statements");
        }
        let same = json!({ "profiles": vec![reader.as_str(); 3_000], "places": vec![building.as_str(); 3_000] });
        let edited = admin.patch(&path, "*", &same).await.expect(200).json();
        assert_eq!((&edited["profiles"], &edited["places"]), (&json!([reader]), &json!([building])));
        let grants = "select count(*) from grants g join users u on u.id = g.subject_id where u.username_key = 'nora'";
        assert_eq!(count(&app, grants).await, 1, "each right once");
    }

    async fn administrator_disabled_while_hashing_creates_nobody(app: TestApp) {
        let reader = app.profile("Reader", levels([(Screen::Rooms, Level::Read)])).await;
        let (second, id) = administrator(&app, "second").await;
        let mut admin = app.admin().await;
        let held = app.state.hasher.pause().await;
        let making = until_it_hashes(&app, second, "/api/v1/users".into(), body("nora", &reader)).await;
        admin.act(&format!("/api/v1/users/{id}/disable")).await.expect(200);
        drop(held);
        assert_eq!(making.await.unwrap().status, 401);
        assert_eq!(count(&app, "select count(*) from accounts where username_key = 'nora'").await, 0);
    }

    async fn rights_lost_while_hashing_create_nobody(app: TestApp) {
        let reader = app.profile("Reader", levels([(Screen::Rooms, Level::Read)])).await;
        let makers = app.profile("Makers", levels([(Screen::Users, Level::Full), (Screen::Rooms, Level::Read)])).await;
        let spec = UserSpec { username: "maker", grants: vec![Given::profile(&makers)], ..UserSpec::default() };
        let maker = app.signed_in_as(spec).await;
        let mut admin = app.admin().await;
        for (levels, expected) in [(json!({ "users": "full", "rooms": "full" }), 409), (json!({ "users": "read" }), 403)] {
            let held = app.state.hasher.pause().await;
            let making = until_it_hashes(&app, maker.clone(), "/api/v1/users".into(), body("nora", &reader)).await;
            admin.patch(&format!("/api/v1/profiles/{makers}"), "*", &json!({ "levels": levels })).await.expect(200);
            drop(held);
            let answer = making.await.unwrap();
            assert_eq!(answer.status, expected, "{}", answer.text);
        }
        assert_eq!(count(&app, "select count(*) from accounts where username_key = 'nora'").await, 0);
    }

    async fn profile_raised_while_hashing_is_not_given(app: TestApp) {
        let given = app.profile("Given", levels([(Screen::Rooms, Level::Read)])).await;
        let grants = vec![Given::own(levels([(Screen::Users, Level::Full), (Screen::Rooms, Level::Read)]))];
        let maker = app.signed_in_as(UserSpec { username: "maker", grants, ..UserSpec::default() }).await;
        let mut admin = app.admin().await;
        let path = format!("/api/v1/profiles/{given}");
        for (raise, code) in [(true, "not_allowed"), (false, "unknown")] {
            let held = app.state.hasher.pause().await;
            admin.patch(&path, "*", &json!({ "levels": { "rooms": "read" } })).await.expect(200);
            let making = until_it_hashes(&app, maker.clone(), "/api/v1/users".into(), body("nora", &given)).await;
            if raise {
                admin.patch(&path, "*", &json!({ "levels": { "rooms": "full" } })).await.expect(200);
            } else {
                admin.delete(&path).await.expect(204);
            }
            drop(held);
            let problem = making.await.unwrap().expect(422).json();
            assert_eq!((fields(&problem), &problem["errors"][0]["code"]), (vec!["profiles"], &json!(code)));
        }
        assert_eq!(count(&app, "select count(*) from accounts where username_key = 'nora'").await, 0);
    }

    async fn administrator_disabled_while_waiting_for_another_writer_changes_nobody(app: TestApp) {
        let nora = app.user(UserSpec { username: "nora", role: Role::Owner, ..UserSpec::default() }).await;
        let (mut second, id) = administrator(&app, "second").await;
        let mut write = app.system().write().await.unwrap();
        administrators::lock(&mut write.conn(), &app.organization_id().await).await.unwrap();
        let path = format!("/api/v1/users/{}/disable", nora.id);
        // Where it waits differs: on PostgreSQL at the lock, on SQLite already for its turn to write. Either way it was let in.
        let mut waiting = Box::pin(second.act(&path));
        while futures::poll!(&mut waiting).is_pending() && !app.waits_for_a_lock().await {
            tokio::task::yield_now().await;
        }
        let end = "update sessions set ended_at = 1, ended_reason = 'disabled'
            where account_id = (select account_id from users where id = $1)";
        exec!(write.conn(), "update users set status = 'disabled' where id = $1", id.as_str()).unwrap();
        exec!(write.conn(), end, id.as_str()).unwrap();
        write.commit_unlogged().await.unwrap();
        assert_eq!(waiting.await.status, 401);
        assert_eq!(count(&app, "select count(*) from users where username_key = 'nora' and status = 'active'").await, 1);
    }

    async fn thirty_first_probe_tells_nothing(app: TestApp) {
        let reader = app.profile("Reader", levels([(Screen::Rooms, Level::Read)])).await;
        let mut admin = app.admin().await;
        let user = made(&mut admin, &body("nora", &reader)).await;
        let path = format!("/api/v1/users/{}", user["id"].as_str().unwrap());
        for n in 0..30 {
            let answer = if n % 2 == 0 {
                admin.post("/api/v1/users", &body("Admin", &reader)).await
            } else {
                admin.patch(&path, "*", &json!({ "username": "ADMIN" })).await
            };
            assert_eq!(answer.status, 409, "{n}: {}", answer.text);
        }
        let mut answers = Vec::new();
        for username in ["admin", "nobody-has-this"] {
            for answer in [
                admin.post("/api/v1/users", &body(username, &reader)).await,
                admin.patch(&path, "*", &json!({ "username": username })).await,
            ] {
                assert_eq!(answer.header("retry-after"), "60");
                answers.push((answer.status, answer.text));
            }
        }
        answers.dedup();
        assert_eq!(answers.len(), 1, "{answers:?}");
        assert_eq!(answers[0].0, 429);
        admin.patch(&path, "*", &json!({ "description": "No name is asked about here" })).await.expect(200);
        app.clock.advance(60_000);
        made(&mut admin, &body("nobody-has-this", &reader)).await;
    }

    async fn names_that_were_free_use_up_no_probes(app: TestApp) {
        let reader = app.profile("Reader", levels([(Screen::Rooms, Level::Read)])).await;
        let mut admin = app.admin().await;
        for n in 0..32 {
            made(&mut admin, &body(&format!("person{n}"), &reader)).await;
        }
    }

    async fn who_leaves_asia_pacific_keeps_the_number_unless_it_is_cleared(app: TestApp) {
        let reader = app.profile("Reader", levels([(Screen::Rooms, Level::Read)])).await;
        let mut admin = app.admin().await;
        let mut new = body("nora", &reader);
        new["region"] = json!("asia_pacific");
        new["phone"] = json!("+65 6123 4567");
        let user = made(&mut admin, &new).await;
        assert_eq!(user["phone"], "+6561234567");
        let path = format!("/api/v1/users/{}", user["id"].as_str().unwrap());
        let moved = admin.patch(&path, "*", &json!({ "region": "europe" })).await.expect(200).json();
        assert_eq!((&moved["region"], &moved["phone"]), (&json!("europe"), &json!("+6561234567")));
        let problem = admin.patch(&path, "*", &json!({ "phone": "+65 6123 4568" })).await.expect(422).json();
        assert_eq!(fields(&problem), ["phone"]);
        let cleared = admin.patch(&path, "*", &json!({ "phone": "" })).await.expect(200).json();
        assert_eq!(cleared["phone"], "");
    }

    async fn form_that_does_not_ask_for_the_number_leaves_it_alone(app: TestApp) {
        let nora = app.user(UserSpec { username: "nora", ..UserSpec::default() }).await;
        let mut hers = app.browser_of(&nora).await;
        let version = hers.get("/fn/me.view").await.json()["version"].clone();
        let own = json!({ "name": "Nora", "email": "nora@example.com", "phone": "+65 6123 4567", "version": version });
        hers.call("me.edit", &own).await.expect(200);
        let mut admin = app.admin().await;
        let view: UserView = serde_json::from_str(&admin.call("users.get", &json!({ "id": nora.id })).await.text).unwrap();
        let (id, version, home) = (view.user.id.clone(), view.user.version, view.home);
        let change = Owner::new().with(|| {
            let fields = Fields::new(Some(view), &FormChoices::default());
            fields.description.set("Works nights".to_owned());
            fields.change(home)
        });
        let change = UserChange { region: change.region, phone: change.phone, description: change.description, ..UserChange::default() };
        let saved = admin.call("users.edit", &json!({ "id": id, "version": version, "change": change })).await.expect(200).json();
        assert_eq!((&saved["user"]["region"], &saved["user"]["phone"]), (&json!("europe"), &json!("+6561234567")));
        assert_eq!(saved["user"]["description"], "Works nights");
    }

    async fn second_editor_reads_profiles_places_and_description_in_the_refusal(app: TestApp) {
        let reader = app.profile("Reader", levels([(Screen::Rooms, Level::Read)])).await;
        let porter = app.profile("Night porter", levels([(Screen::Rooms, Level::Full)])).await;
        let building = app.place(None, "building", "Building A").await;
        let mut admin = app.admin().await;
        let user = made(&mut admin, &body("nora", &reader)).await;
        let path = format!("/api/v1/users/{}", user["id"].as_str().unwrap());
        let version = format!("\"{}\"", user["version"]);
        let first = json!({ "profiles": [porter], "places": [building], "description": "Works nights" });
        admin.patch(&path, &version, &first).await.expect(200);
        let problem = admin.patch(&path, &version, &json!({ "description": "Mine" })).await.expect(412).json();
        let detail = problem["detail"].as_str().unwrap();
        for told in ["Night porter", "in one building or floor", "Works nights"] {
            assert!(detail.contains(told), "{told} in {detail}");
        }
    }

    async fn password_with_a_name_of_the_place_is_refused_on_create_and_reset(app: TestApp) {
        let reader = app.profile("Reader", levels([(Screen::Rooms, Level::Read)])).await;
        app.place(None, "building", "Lindenhof Tower").await;
        let nora = app.user(UserSpec { username: "nora-nightingale", role: Role::Owner, ..UserSpec::default() }).await;
        let mut admin = app.admin().await;
        for value in ["kqzv Harbour House mxyr", "wq lindenhof tower zzpk", "xk Doorward vvqz mlpt"] {
            let custom = json!({ "mode": "custom", "value": value });
            let mut new = body("new", &reader);
            new["password"] = custom.clone();
            let created = admin.post("/api/v1/users", &new).await.expect(422).json();
            let reset = admin.post(&format!("/api/v1/users/{}/reset-password", nora.id), &json!({ "password": custom })).await;
            for problem in [created, reset.expect(422).json()] {
                assert_eq!((fields(&problem), &problem["errors"][0]["code"]), (vec!["password"], &json!("policy")), "{value}");
            }
        }
        app.browser().sign_in("nora-nightingale", PASSWORD).await.expect(303);
    }

    async fn unknown_fields_of_an_edit_and_of_a_reset_are_refused(app: TestApp) {
        let nora = app.user(UserSpec { username: "nora", role: Role::Owner, ..UserSpec::default() }).await;
        let mut admin = app.admin().await;
        let path = format!("/api/v1/users/{}", nora.id);
        for field in ["organization_id", "account_id", "operator", "founder", "password_hash", "status", "version", "id", "home"] {
            let edited = admin.patch(&path, "*", &json!({ field: "x" })).await.expect(422).json();
            let reset = admin.post(&format!("{path}/reset-password"), &json!({ field: "x" })).await.expect(422).json();
            assert_eq!((fields(&edited), fields(&reset)), (vec![field], vec![field]));
        }
        let deep = json!({ "password": { "mode": "custom", "value": "kqzvhw mxyrtbp plok", "temporary": false } });
        admin.post(&format!("{path}/reset-password"), &deep).await.expect(422);
        let same = admin.get(&path).await.json();
        assert_eq!((&same["status"], &same["version"]), (&json!("active"), &json!(2)), "nothing was changed");
    }

    async fn right_that_ends_is_not_given_for_longer(app: TestApp) {
        let rooms = app.profile("Rooms", levels([(Screen::Rooms, Level::Full)])).await;
        let grants = vec![
            Given::own(levels([(Screen::Users, Level::Full)])),
            Given::profile(&rooms).until(START + 3_600_000),
        ];
        let mut giver = app.signed_in_as(UserSpec { username: "giver", grants, ..UserSpec::default() }).await;
        giver.get("/api/v1/rooms").await.expect(200);
        let problem = giver.post("/api/v1/users", &body("nora", &rooms)).await.expect(422).json();
        assert_eq!((fields(&problem), &problem["errors"][0]["code"]), (vec!["profiles"], &json!("not_allowed")));
        let own = json!({ "organization_levels": { "rooms": "read" } });
        let nora = app.user(UserSpec { username: "nora", role: Role::Owner, ..UserSpec::default() }).await;
        let mut change = own.clone();
        change["profiles"] = json!([rooms]);
        giver.patch(&format!("/api/v1/users/{}", nora.id), "*", &change).await.expect(422);
    }

    async fn editor_of_somebody_who_holds_more_adds_and_moves_nothing_of_it(app: TestApp) {
        let building = app.place(None, "building", "Building A").await;
        let other = app.place(None, "building", "Building B").await;
        let audit = app.profile("Audit", levels([(Screen::Audit, Level::Read), (Screen::Rooms, Level::Full)])).await;
        let rooms = app.profile("Rooms", levels([(Screen::Rooms, Level::Read)])).await;
        let strong = UserSpec { username: "strong", role: Role::Owner, grants: vec![Given::profile(&audit).at(&building)], ..UserSpec::default() };
        let strong = app.user(strong).await;
        let grants = vec![Given::own(levels([(Screen::Users, Level::Full), (Screen::Rooms, Level::Read)]))];
        let mut editor = app.signed_in_as(UserSpec { username: "editor", grants, ..UserSpec::default() }).await;
        let path = format!("/api/v1/users/{}", strong.id);
        // What is there may stay, and what one has may be added.
        editor.patch(&path, "*", &json!({ "description": "Works nights" })).await.expect(200);
        let kept = editor.patch(&path, "*", &json!({ "profiles": [audit, rooms] })).await.expect(200).json();
        assert_eq!(kept["places"], json!([building]));
        for wider in [json!({ "places": [other] }), json!({ "places": "everything" }), json!({ "places": [building, other] })] {
            let problem = editor.patch(&path, "*", &wider).await.expect(422).json();
            assert_eq!(fields(&problem), ["profiles"], "{wider}");
        }
        editor.patch(&path, "*", &json!({ "email": "mine@example.com" })).await.expect(403);
        editor.patch(&path, "*", &json!({ "profiles": [rooms] })).await.expect(200);
        let problem = editor.patch(&path, "*", &json!({ "profiles": [audit] })).await.expect(422).json();
        assert_eq!(fields(&problem), ["profiles"], "what was taken away is not given back");
    }

    async fn twenty_administrators_disabled_at_once_leave_one_and_a_refusal(app: TestApp) {
        let mut acts = Vec::new();
        for n in 0..19 {
            let (_, id) = administrator(&app, &format!("admin{n}")).await;
            acts.push(id);
        }
        let founder = app.admin().await.get("/fn/me.view").await.json()["user_id"].as_str().unwrap().to_owned();
        acts.push(founder);
        // Who may do it without being an administrator, so that no refusal comes from elsewhere.
        let manager = UserSpec { username: "manager", grants: vec![Given::own(Levels::FULL)], ..UserSpec::default() };
        let manager = app.signed_in_as(manager).await;
        let mut write = app.system().write().await.unwrap();
        administrators::lock(&mut write.conn(), &app.organization_id().await).await.unwrap();
        let begun = Arc::new(Semaphore::new(0));
        let requests = acts.into_iter().map(|id| {
            let (mut browser, begun) = (manager.clone(), begun.clone());
            tokio::spawn(async move {
                let path = format!("/api/v1/users/{id}/disable");
                let mut request = Box::pin(browser.act(&path));
                let first = futures::poll!(&mut request);
                begun.add_permits(1);
                assert!(first.is_pending());
                request.await
            })
        });
        let requests: Vec<_> = requests.collect();
        // All twenty are under way before the first can end.
        let _all = begun.acquire_many(20).await.unwrap();
        assert!(requests.iter().all(|request| !request.is_finished()));
        write.commit_unlogged().await.unwrap();
        let answers: Vec<Answer> = join_all(requests).await.into_iter().map(Result::unwrap).collect();
        let refused: Vec<&Answer> = answers.iter().filter(|answer| answer.status != 200).collect();
        assert_eq!(refused.len(), 1, "{refused:?}");
        assert_eq!((refused[0].status, &refused[0].json()["code"]), (409, &json!("last_administrator")));
        let left = "select count(*) from users u join grants g on g.subject_id = u.id
            join profiles p on p.id = g.profile_id and p.builtin = true where u.status = 'active'";
        assert_eq!(count(&app, left).await, 1);
    }
}

impl TestApp {
    /// Whether a statement waits for a lock; on SQLite whoever writes waits from its first statement on.
    async fn waits_for_a_lock(&self) -> bool {
        const WAITING: &str = "select count(*) from pg_locks where not granted";
        let watch = Call::system(&self.state, Reason::Watch);
        if let Some(Db::Sqlite(_, turns)) = watch.pool() {
            return turns.waiting() > 0;
        }
        scalar!(self.system().read().await.unwrap().conn(), i64, WAITING).unwrap() > 0
    }
}
