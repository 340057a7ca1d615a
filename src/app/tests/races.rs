//! What many do at the same moment comes out as if they had done it one after the other.

use crate::access::{Level, Role, Screen};
use crate::db::{exec, scalar};
use crate::testing::{Answer, Browser, Client, Given, TestApp, UserSpec, both, levels};
use futures::future::join_all;
use serde_json::{Value, json};

const AT_ONCE: usize = 8;

/// Without a lock most rounds go wrong on PostgreSQL.
const ROUNDS: usize = 6;

/// The same request from so many at once.
async fn at_once(browser: &Browser, count: usize, send: impl AsyncFn(&mut Browser, usize) -> Answer) -> Vec<Answer> {
    let send = &send;
    let each = (0..count).map(|n| {
        let mut browser = browser.clone();
        async move { send(&mut browser, n).await }
    });
    join_all(each).await
}

fn with(answers: &[Answer], status: u16) -> usize {
    answers.iter().filter(|answer| answer.status == status).count()
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap()
}

async fn count(app: &TestApp, sql: &'static str) -> i64 {
    scalar!(app.system().read().await.unwrap().conn(), i64, sql).unwrap()
}

/// How many of these secrets get a token.
async fn alive(app: &TestApp, client_id: &str, secrets: Vec<String>) -> usize {
    let mut alive = 0;
    for secret in secrets {
        let client = Client { id: client_id.to_owned(), secret, made: Value::Null };
        alive += usize::from(client.ask_token(app, "").await.status == 200);
    }
    alive
}

both! {
    async fn rotations_at_once_leave_one_secret(app: TestApp) {
        let mut admin = app.admin().await;
        let made = Client::made(&mut admin, json!({ "name": "Robots", "levels": { "rooms": "read" } })).await;
        let path = format!("/api/v1/integrations/{}/secrets", text(&made.made, "id"));
        for round in 0..ROUNDS {
            let body = json!({ "overlap_hours": 0 });
            let answers = at_once(&admin, AT_ONCE, async |it, _| it.post(&path, &body).await).await;
            assert_eq!(with(&answers, 201), AT_ONCE, "{answers:?}");
            let secrets = answers.iter().map(|answer| text(&answer.json(), "client_secret").to_owned()).collect();
            assert_eq!(alive(&app, &made.id, secrets).await, 1, "round {round}");
            assert_eq!(admin.get(&path).await.json().as_array().unwrap().len(), 1);
        }
        // Beside the one that is there, one more: the third is refused.
        let body = json!({ "overlap_hours": 24 });
        let answers = at_once(&admin, AT_ONCE, async |it, _| it.post(&path, &body).await).await;
        assert_eq!((with(&answers, 201), with(&answers, 409)), (1, AT_ONCE - 1), "{answers:?}");
    }

    async fn two_secrets_ended_at_once_leave_one(app: TestApp) {
        let mut admin = app.admin().await;
        let made = Client::made(&mut admin, json!({ "name": "Robots", "levels": { "rooms": "read" } })).await;
        let path = format!("/api/v1/integrations/{}/secrets", text(&made.made, "id"));
        for round in 0..ROUNDS {
            admin.post(&path, &json!({ "overlap_hours": 24 })).await.expect(201);
            let live = admin.get(&path).await.json();
            let ids: Vec<&str> = live.as_array().unwrap().iter().map(|it| text(it, "id")).collect();
            assert_eq!(ids.len(), 2);
            let answers = at_once(&admin, 2, async |it, n| it.delete(&format!("{path}/{}", ids[n])).await).await;
            assert_eq!((with(&answers, 204), with(&answers, 409)), (1, 1), "round {round}: {answers:?}");
            assert_eq!(admin.get(&path).await.json().as_array().unwrap().len(), 1, "round {round}");
        }
    }

    async fn of_editors_of_one_version_the_first_alone_saves(app: TestApp) {
        let mut admin = app.admin().await;
        let made = Client::made(&mut admin, json!({ "name": "Robots", "levels": { "rooms": "read" } })).await;
        let integration = format!("/api/v1/integrations/{}", text(&made.made, "id"));
        let profile = format!("/api/v1/profiles/{}", app.profile("Porter", levels([(Screen::Rooms, Level::Read)])).await);
        for (path, field) in [(&integration, "levels"), (&profile, "levels")] {
            for round in 0..ROUNDS {
                let version = admin.get(path).await.header("etag").to_owned();
                let answers = at_once(&admin, AT_ONCE, async |it, n| {
                    let levels = if (n + round) % 2 == 0 { json!({ "rooms": "full" }) } else { json!({ "rooms": "read", "alerts": "read" }) };
                    it.patch(path, &version, &json!({ field: levels })).await
                }).await;
                let (saved, late) = (with(&answers, 200), with(&answers, 412));
                assert_eq!(saved + late, AT_ONCE, "{path}: {answers:?}");
                let versions: Vec<&str> = answers.iter().filter(|it| it.status == 200).map(|it| it.header("etag")).collect();
                assert!(versions.iter().filter(|it| **it != version).count() <= 1, "{path} round {round}: {versions:?}");
            }
        }
    }

    async fn of_changes_of_ones_own_details_at_once_the_first_alone_is_saved(app: TestApp) {
        let mut admin = app.admin().await;
        for round in 0..ROUNDS {
            let version = admin.get("/fn/me.view").await.json()["version"].clone();
            let answers = at_once(&admin, AT_ONCE, async |it, n| {
                let own = json!({ "name": format!("Admin {round} {n}"), "email": "admin@example.com", "phone": "", "version": version });
                it.call("me.edit", &own).await
            }).await;
            assert_eq!((with(&answers, 200), with(&answers, 412)), (1, AT_ONCE - 1), "round {round}");
        }
    }

    async fn keys_made_at_once_stay_within_what_one_person_may_have(app: TestApp) {
        let grants = vec![Given::own(levels([(Screen::Rooms, Level::Read)]))];
        let nora = app.user(UserSpec { username: "nora", role: Role::Owner, grants, ..UserSpec::default() }).await;
        let hers = app.browser_of(&nora).await;
        hers.clone().post("/api/v1/api-keys", &json!({ "name": "Key" })).await.expect(201);
        const MORE: &str = "insert into api_keys (id, organization_id, user_id, name, name_key, remark, scope, may_administer,
                secret_hash, hint, created_at)
            select id || $1, organization_id, user_id, name, name_key, remark, scope, may_administer, secret_hash || $1,
                hint, created_at from api_keys where id = (select min(id) from api_keys)";
        let mut write = app.system().write().await.unwrap();
        for n in 0..98 {
            exec!(write.conn(), MORE, format!("-{n}")).unwrap();
        }
        write.commit_unlogged().await.unwrap();
        for round in 0..ROUNDS {
            let body = json!({ "name": format!("Round {round}") });
            let answers = at_once(&hers, AT_ONCE, async |it, _| it.post("/api/v1/api-keys", &body).await).await;
            assert_eq!((with(&answers, 201), with(&answers, 409)), (1, AT_ONCE - 1), "round {round}: {answers:?}");
            assert_eq!(count(&app, "select count(*) from api_keys").await, 100);
            let made = answers.iter().find(|answer| answer.status == 201).unwrap().json();
            let path = format!("/api/v1/api-keys/{}", text(&made, "id"));
            let gone = at_once(&hers, AT_ONCE, async |it, _| it.delete(&path).await).await;
            assert_eq!((with(&gone, 204), with(&gone, 404)), (1, AT_ONCE - 1), "revoked once, and in the log once");
        }
        assert_eq!(count(&app, "select count(*) from audit_events where action = 'api_keys.revoke'").await, ROUNDS as i64);
    }

    async fn copies_of_a_profile_made_at_once_have_each_a_name_of_their_own(app: TestApp) {
        let admin = app.admin().await;
        let profile = app.profile("Porter", levels([(Screen::Rooms, Level::Read)])).await;
        let copy = json!({ "id": profile });
        let answers = at_once(&admin, AT_ONCE, async |it, _| it.call("profiles.duplicate", &copy).await).await;
        assert_eq!(with(&answers, 200), AT_ONCE, "{answers:?}");
    }

    async fn secrets_generated_at_once_leave_one_that_waits(app: TestApp) {
        let admin = app.admin().await;
        for _ in 0..ROUNDS {
            at_once(&admin, AT_ONCE, async |it, _| it.call("integrations.draft", &json!({})).await.expect(200)).await;
            assert_eq!(count(&app, "select count(*) from secret_drafts").await, 1);
        }
    }

    async fn session_closed_by_many_at_once_is_closed_once(app: TestApp) {
        let admin = app.admin().await;
        for round in 0..ROUNDS {
            let nora = app.user(UserSpec { username: &format!("nora{round}"), role: Role::Owner, ..UserSpec::default() }).await;
            app.browser_of(&nora).await;
            let path = format!("/api/v1/users/{}/close-session", nora.id);
            let answers = at_once(&admin, AT_ONCE, async |it, _| it.act(&path).await).await;
            assert_eq!((with(&answers, 204), with(&answers, 409)), (1, AT_ONCE - 1), "round {round}");
        }
        assert_eq!(count(&app, "select count(*) from audit_events where action = 'sessions.close'").await, ROUNDS as i64);
    }
}
