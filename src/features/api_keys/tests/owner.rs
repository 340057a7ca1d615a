//! What a key may do, which is never more than its owner at that moment.

use super::{made, path, program, text};
use crate::access::{ACCESS, Actor, Level, Levels, Need, Role, SCREENS, Screen, Target, decide};
use crate::db::{exec, scalar};
use crate::server::identity::{find_actor, find_key};
use crate::server::token;
use crate::testing::{ADMIN_PASSWORD, Browser, Client, Given, PASSWORD, START, TestApp, UserSpec, both, levels};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use serde_json::{Value, json};
use std::collections::BTreeSet;

const NAMES: [&str; 3] = ["rooms", "alerts", "lights"];

async fn ids(browser: &mut Browser, name: &str) -> BTreeSet<String> {
    let answer = browser.get(&format!("/api/v1/{name}?limit=200")).await;
    if answer.status == 403 {
        return BTreeSet::new();
    }
    answer.expect(200).json()["items"].as_array().unwrap().iter().map(|row| text(row, "id").to_owned()).collect()
}

/// Two buildings with two floors of two rooms each; the ids of all of it.
async fn plant(app: &TestApp) -> Vec<String> {
    let mut all = Vec::new();
    for building in ["A", "B"] {
        let building = app.place(None, "building", building).await;
        for floor in ["1", "2"] {
            let floor = app.place(Some(&building), "floor", floor).await;
            for room in ["x", "y"] {
                let room = app.place(Some(&floor), "room", room).await;
                all.push(app.place(Some(&room), "light", "Light").await);
                all.push(room);
            }
            all.push(floor);
        }
        all.push(building);
    }
    all
}

fn some_levels(rng: &mut StdRng) -> Levels {
    SCREENS.iter().map(|row| (row.screen, Level::ALL[rng.random_range(0..3)])).collect()
}

fn some_grant(rng: &mut StdRng, places: &[String]) -> Given {
    let given = Given::own(some_levels(rng));
    let given = if rng.random_bool(0.6) { given.at(&places[rng.random_range(0..places.len())]) } else { given };
    match rng.random_range(0..6) {
        0 => given.from(START + 1_000),
        1 => given.until(START + 1_000),
        _ => given,
    }
}

fn some_need(rng: &mut StdRng, paths: &[String]) -> Need {
    let target = match rng.random_range(0..3) {
        0 => Target::Organization,
        1 => Target::Place(paths[rng.random_range(0..paths.len())].clone()),
        _ => Target::Member {
            company: "elsewhere/".into(),
            rank: Role::ALL[rng.random_range(0..3)],
            own: rng.random_bool(0.5),
        },
    };
    Need {
        screen: SCREENS[rng.random_range(0..SCREENS.len())].screen,
        level: Level::ALL[rng.random_range(1..3)],
        target,
    }
}

/// Whether the key opens nothing that its owner does not, over many needs; how many both open.
fn within(key: &Actor, owner: &Actor, rng: &mut StdRng, paths: &[String]) -> usize {
    let mut open = 0;
    for _ in 0..400 {
        let need = some_need(rng, paths);
        let (theirs, its) = (decide(owner, &need).allowed(), decide(key, &need).allowed());
        assert!(theirs || !its, "{need:?} of {owner:?}");
        open += usize::from(its);
    }
    open
}

/// A key with random screens of those that its owner has now, or with all.
async fn some_key(owner: &mut Browser, rng: &mut StdRng) -> Value {
    let me = owner.get("/fn/me.view").await.expect(200).json();
    let own: Levels = serde_json::from_value(me["levels"].clone()).unwrap();
    let chosen = own.min(&some_levels(rng));
    let chosen = if chosen.is_empty() || rng.random_bool(0.3) { Value::Null } else { json!(chosen) };
    made(owner, json!({ "name": "X", "levels": chosen, "may_administer_access": rng.random_bool(0.5) })).await
}

both! {
    async fn key_never_does_more_than_its_owner_at_that_moment(app: TestApp) {
        let mut rng = StdRng::seed_from_u64(11);
        let places = plant(&app).await;
        let organization = app.organization_id().await;
        let mut held = app.system().read().await.unwrap();
        let paths = crate::db::rows!(held.conn(), (String,), "select path from places").unwrap();
        let paths: Vec<String> = paths.into_iter().map(|row| row.0).collect();
        drop(held);
        let (mut open, mut listed) = (0, 0);
        let mut keys = Vec::new();
        for n in 0..25 {
            let username = format!("user{n}");
            let grants = (0..rng.random_range(1..4)).map(|_| some_grant(&mut rng, &places)).collect();
            let person = app.user(UserSpec { username: &username, grants, role: Role::ALL[n % 3], ..UserSpec::default() }).await;
            let mut owner = app.browser_of(&person).await;
            let key = some_key(&mut owner, &mut rng).await;
            keys.push((person, owner, program(&app, &key), token::hash(text(&key, "secret"))));
        }
        // Before and after grants begin and end, with what was remembered before.
        for _ in 0..2 {
            app.state.identities.heard();
            for (person, owner, script, hash) in &mut keys {
                let mut held = app.system().read().await.unwrap();
                let now = app.state.now();
                let actor = find_actor(&mut held.conn(), &organization, &person.id, now).await.unwrap().unwrap();
                let key = find_key(&mut held.conn(), hash, now).await.unwrap().unwrap().session.actor;
                drop(held);
                open += within(&key, &actor, &mut rng, &paths);
                for name in NAMES {
                    let (theirs, its) = (ids(owner, name).await, ids(script, name).await);
                    assert!(its.is_subset(&theirs), "{name} of {}", person.username);
                    listed += its.len();
                }
            }
            app.clock.advance(1_000);
        }
        assert!(open > 1_000 && listed > 100, "{open} needs, {listed} rows: the test says little");
    }

    async fn key_acts_as_its_owner_in_their_organization_and_says_so(app: TestApp) {
        let grants = vec![Given::own(levels([(Screen::Rooms, Level::Full), (Screen::Alerts, Level::Read)]))];
        let mut nora = app.signed_in_as(UserSpec { username: "nora", role: Role::Owner, grants, ..UserSpec::default() }).await;
        let key = made(&mut nora, json!({ "name": "Backup script", "levels": { "rooms": "read" } })).await;
        let mine = nora.get("/api/v1/me").await.expect(200).json();
        let its = program(&app, &key).get("/api/v1/me").await.expect(200).json();
        for field in ["kind", "user_id", "account_id", "username", "name", "organization", "role"] {
            assert_eq!(its[field], mine[field], "{field}");
        }
        assert_eq!((&its["kind"], &mine["key"]), (&json!("user"), &Value::Null));
        assert_eq!(its["key"], json!({ "id": key["id"], "name": "Backup script" }));
        assert_eq!((&its["access"][0]["levels"], &mine["access"][0]["levels"]), (&json!({ "rooms": "read" }), &json!({ "rooms": "full", "alerts": "read" })));
        let mut script = program(&app, &key);
        script.get("/api/v1/rooms").await.expect(200);
        assert_eq!(script.get("/api/v1/alerts").await.expect(403).json()["code"], "not_granted");
        nora.get("/api/v1/alerts").await.expect(200);
    }

    async fn key_without_the_tick_reads_access_and_administers_none_of_it(app: TestApp) {
        let profile = app.profile("Guest", levels([(Screen::Rooms, Level::Read)])).await;
        let nora = app.user(UserSpec { username: "nora", role: Role::Owner, ..UserSpec::default() }).await;
        let mut admin = app.admin().await;
        let key = made(&mut admin, json!({ "name": "X" })).await;
        let mut script = program(&app, &key);
        for name in ["users", "profiles", "sessions", "integrations"] {
            script.get(&format!("/api/v1/{name}")).await.expect(200);
        }
        let user = json!({ "username": "guest", "name": "Guest", "email": "guest@example.com", "role": "owner", "profiles": [profile] });
        script.post("/api/v1/users", &user).await.expect(403);
        script.act(&format!("/api/v1/users/{}/disable", nora.id)).await.expect(403);
        script.act(&format!("/api/v1/users/{}/reset-password", nora.id)).await.expect(403);
        script.post("/api/v1/profiles", &json!({ "name": "Mine", "levels": { "rooms": "read" } })).await.expect(403);
        script.post("/api/v1/integrations", &json!({ "name": "Mine", "levels": { "rooms": "read" } })).await.expect(403);
        let session = admin.get("/api/v1/sessions").await.expect(200).json()["items"][0]["id"].as_str().unwrap().to_owned();
        script.delete(&format!("/api/v1/sessions/{session}")).await.expect(403);
        let mut held = app.system().read().await.unwrap();
        let actor = find_key(&mut held.conn(), &token::hash(text(&key, "secret")), START).await.unwrap().unwrap().session.actor;
        drop(held);
        assert!(ACCESS.iter().all(|screen| actor.level(*screen) == Level::Read));
        assert_eq!((actor.level(Screen::Rooms), actor.level(Screen::Audit)), (Level::Full, Level::Full));
        let ticked = made(&mut admin, json!({ "name": "Sync", "may_administer_access": true })).await;
        program(&app, &ticked).post("/api/v1/users", &user).await.expect(201);
        let log = admin.get("/api/v1/audit-events?action=users.create").await.expect(200).json();
        assert_eq!((&log["items"][0]["actor"]["kind"], &log["items"][0]["actor"]["name"]), (&json!("user"), &json!("Administrator (key Sync)")));
    }

    async fn key_makes_and_revokes_no_keys_and_changes_no_password(app: TestApp) {
        let mut admin = app.admin().await;
        let key = made(&mut admin, json!({ "name": "X", "may_administer_access": true })).await;
        let mut script = program(&app, &key);
        for refused in [
            script.post("/api/v1/api-keys", &json!({ "name": "Another" })).await,
            script.delete(&path(&key)).await,
            script.call("api_keys.create", &json!({ "new": { "name": "Another", "remark": "", "may_administer": true } })).await,
            script.call("me.change_password", &json!({ "change": { "current": ADMIN_PASSWORD, "new": PASSWORD, "again": PASSWORD, "name": "", "email": "" } })).await,
            script.call("me.edit", &json!({ "name": "A", "email": "a@example.com", "phone": "", "version": 1 })).await,
            script.get("/me/api-keys").await,
        ] {
            assert_eq!(refused.status, 403, "{}", refused.text);
        }
        assert_eq!(script.get("/api/v1/api-keys").await.expect(200).json()["count"], 1, "it may look");
        let client = Client::made(&mut admin, json!({ "name": "R", "levels": { "rooms": "read" } })).await;
        let mut robots = client.signed_in(&app).await;
        for path in ["/api/v1/api-keys", &path(&key)] {
            assert_eq!(robots.get(path).await.expect(403).json()["code"], "people_only");
        }
        robots.post("/api/v1/api-keys", &json!({ "name": "Another" })).await.expect(403);
        admin.form("/sign-out", &[]).await.expect(303);
        app.signed_in("admin", ADMIN_PASSWORD).await;
    }

    async fn owner_who_loses_a_right_loses_it_for_the_key_on_the_next_call(app: TestApp) {
        let profile = app.profile("Porter", levels([(Screen::Rooms, Level::Full), (Screen::Alerts, Level::Read)])).await;
        let spec = UserSpec { username: "nora", role: Role::Owner, grants: vec![Given::profile(&profile)], ..UserSpec::default() };
        let nora = app.user(spec).await;
        let key = made(&mut app.browser_of(&nora).await, json!({ "name": "X" })).await;
        let (mut admin, mut script) = (app.admin().await, program(&app, &key));
        app.state.identities.heard();
        for _ in 0..2 {
            script.get("/api/v1/rooms").await.expect(200);
        }
        let edited = json!({ "levels": { "alerts": "read" } });
        admin.patch(&format!("/api/v1/profiles/{profile}"), "*", &edited).await.expect(200);
        app.state.identities.heard();
        script.get("/api/v1/rooms").await.expect(403);
        script.get("/api/v1/alerts").await.expect(200);
        // What is given later it has as well, where nothing was chosen for it.
        admin.patch(&format!("/api/v1/profiles/{profile}"), "*", &json!({ "levels": { "hvac": "read" } })).await.expect(200);
        app.state.identities.heard();
        script.get("/api/v1/hvac").await.expect(200);
        script.get("/api/v1/alerts").await.expect(403);
    }

    async fn key_follows_the_beginning_and_end_of_its_owner_s_grants(app: TestApp) {
        let rooms = Given::own(levels([(Screen::Rooms, Level::Read)])).until(START + 10);
        let alerts = Given::own(levels([(Screen::Alerts, Level::Read)])).from(START + 20);
        let mut nora = app.signed_in_as(UserSpec { username: "nora", grants: vec![rooms, alerts], ..UserSpec::default() }).await;
        let mut script = program(&app, &made(&mut nora, json!({ "name": "X" })).await);
        for (at, statuses) in [(0, (200, 403)), (9, (200, 403)), (10, (403, 403)), (19, (403, 403)), (20, (403, 200))] {
            app.clock.advance(START + at - app.state.now());
            app.state.identities.heard();
            let answered = (script.get("/api/v1/rooms").await.status, script.get("/api/v1/alerts").await.status);
            assert_eq!(answered, statuses, "{at} ms later");
        }
    }

    async fn key_of_a_disabled_owner_is_refused_until_they_are_enabled_and_ends_with_their_membership(app: TestApp) {
        let grants = vec![Given::own(levels([(Screen::Rooms, Level::Read)]))];
        let nora = app.user(UserSpec { username: "nora", role: Role::Owner, grants, ..UserSpec::default() }).await;
        let mut owner = app.browser_of(&nora).await;
        let key = made(&mut owner, json!({ "name": "X" })).await;
        made(&mut owner, json!({ "name": "Over", "expires_at": "2026-11-22T08:00:00.001Z" })).await;
        app.clock.advance(1);
        let (mut admin, mut script) = (app.admin().await, program(&app, &key));
        let user = format!("/api/v1/users/{}", nora.id);
        let follows = admin.call("users.consequences", &json!({ "id": nora.id })).await.expect(200).json();
        assert_eq!((&follows["keys"], &follows["sessions"]), (&json!(["X"]), &json!(1)));
        app.state.identities.heard();
        script.get("/api/v1/rooms").await.expect(200);
        admin.act(&format!("{user}/disable")).await.expect(200);
        script.get("/api/v1/rooms").await.expect(401);
        admin.act(&format!("{user}/enable")).await.expect(200);
        app.state.identities.heard();
        script.get("/api/v1/rooms").await.expect(200);
        admin.delete(&user).await.expect(204);
        script.get("/api/v1/rooms").await.expect(401);
        let mut held = app.system().read().await.unwrap();
        let left = "select (select count(*) from api_keys) + (select count(*) from last_uses)";
        assert_eq!(scalar!(held.conn(), i64, left).unwrap(), 0);
    }

    async fn key_learns_at_once_what_its_owner_or_the_command_line_changed_about_the_account(app: TestApp) {
        let nora = app.user(UserSpec { username: "nora", ..UserSpec::default() }).await;
        let mut owner = app.browser_of(&nora).await;
        let mut script = program(&app, &made(&mut owner, json!({ "name": "X" })).await);
        app.state.identities.heard();
        assert_eq!(script.get("/api/v1/me").await.expect(200).json()["name"], "nora");
        let version = owner.get("/fn/me.view").await.expect(200).json()["version"].clone();
        let edit = json!({ "name": "Nora Night", "email": "nora@example.com", "phone": "", "version": version });
        owner.call("me.edit", &edit).await.expect(200);
        assert_eq!(script.get("/api/v1/me").await.expect(200).json()["name"], "Nora Night");
        crate::features::accounts::ops::reset_from_command_line(&app.state, "nora").await.unwrap();
        script.get("/api/v1/me").await.expect(401);
    }

    async fn key_of_a_suspended_organization_is_refused(app: TestApp) {
        let key = made(&mut app.admin().await, json!({ "name": "X" })).await;
        let mut script = program(&app, &key);
        script.get("/api/v1/me").await.expect(200);
        for (suspended, status) in [(true, 401), (false, 200)] {
            let mut write = app.system().write().await.unwrap();
            exec!(write.conn(), "update organizations set suspended = $1", suspended).unwrap();
            write.commit_unlogged().await.unwrap();
            script.get("/api/v1/me").await.expect(status);
        }
    }

    async fn change_of_an_account_in_another_organization_is_not_missed(app: TestApp) {
        let key = made(&mut app.admin().await, json!({ "name": "X" })).await;
        let mut script = program(&app, &key);
        app.state.identities.heard();
        script.get("/api/v1/me").await.expect(200);
        let elsewhere = app.organization("Elsewhere").await;
        let mut write = app.system().write().await.unwrap();
        exec!(write.conn(), "update accounts set name = 'Renamed'").unwrap();
        write.within(&elsewhere);
        let entry = crate::server::Entry::new("test", "test", "", "");
        write.commit(vec![entry.tells(&[crate::types::Topic::Access])]).await.unwrap();
        assert_eq!(script.get("/api/v1/me").await.expect(200).json()["name"], "Renamed");
    }

    async fn refusal_of_a_key_is_logged_with_its_name_beside_that_of_its_owner(app: TestApp) {
        let mut admin = app.admin().await;
        let key = made(&mut admin, json!({ "name": "Sync", "levels": { "rooms": "read" } })).await;
        for _ in 0..3 {
            program(&app, &key).get("/api/v1/users").await.expect(403);
        }
        app.state.settled().await;
        let log = admin.get("/api/v1/audit-events?action=access.refused").await.expect(200).json();
        let actors: Vec<_> = log["items"].as_array().unwrap().iter().map(|row| row["actor"]["name"].clone()).collect();
        assert_eq!(actors, ["Administrator (key Sync)"]);
    }
}
