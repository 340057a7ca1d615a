use super::forget_old;
use crate::access::{Level, Levels, Screen};
use crate::app::router::router;
use crate::db::{exec, rows, scalar};
use crate::server::AppState;
use crate::server::password::Cost;
use crate::testing::{ADMIN_PASSWORD, Answer, Browser, Client, Given, TestApp, UserSpec, both, levels};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use std::task::Poll;

const INTEGRATIONS: &str = "/api/v1/integrations";

/// Names of integrations may repeat: a second one would be made.
fn robots() -> Value {
    json!({ "name": "Robots", "levels": { "rooms": "read" } })
}

async fn post(browser: &mut Browser, key: &str, path: &str, body: &Value) -> Answer {
    browser.headers.push(("idempotency-key", key.to_owned()));
    let answer = browser.post(path, body).await;
    browser.headers.pop();
    answer
}

fn replayed(answer: &Answer) -> bool {
    answer.header("idempotent-replayed") == "true"
}

async fn number(app: &TestApp, sql: &'static str) -> i64 {
    scalar!(app.system().read().await.unwrap().conn(), i64, sql).unwrap()
}

async fn made(app: &TestApp) -> i64 {
    number(app, "select count(*) from integrations where name = 'Robots'").await
}

async fn change(app: &TestApp, sql: &'static str) {
    let mut write = app.system().write().await.unwrap();
    exec!(write.conn(), sql).unwrap();
    write.commit_unlogged().await.unwrap();
}

/// Somebody who may make integrations, and a key of theirs that does not end.
async fn keyholder(app: &TestApp, username: &str) -> Browser {
    let grants = vec![Given::own(levels([(Screen::Integrations, Level::Full), (Screen::Rooms, Level::Read)]))];
    let mut browser = app.signed_in_as(UserSpec { username, grants, ..UserSpec::default() }).await;
    let body = json!({ "name": "Key", "may_administer_access": true });
    let secret =
        browser.post("/api/v1/api-keys", &body).await.expect(201).json()["secret"].as_str().unwrap().to_owned();
    app.client().with("authorization", &format!("Bearer {secret}"))
}

both! {
    async fn post_sent_again_is_answered_as_the_first_and_does_nothing(app: TestApp) {
        let mut admin = app.admin().await;
        let first = post(&mut admin, "k1", INTEGRATIONS, &robots()).await.expect(201);
        assert!(!replayed(&first));
        let again = post(&mut admin, "\"k1\"", INTEGRATIONS, &robots()).await.expect(201);
        assert!(replayed(&again) && first.text == again.text);
        for name in ["location", "etag", "content-type", "cache-control"] {
            assert_eq!(first.header(name), again.header(name), "{name}");
            assert!(!first.header(name).is_empty(), "{name}");
        }
        assert_eq!(made(&app).await, 1);
        assert!(!replayed(&post(&mut admin, "k2", INTEGRATIONS, &robots()).await.expect(201)));
        admin.post(INTEGRATIONS, &robots()).await.expect(201);
        assert_eq!(made(&app).await, 3, "another key, and none, are other requests");
    }

    async fn act_without_a_body_is_carried_out_once(app: TestApp) {
        let mut admin = app.admin().await.with("idempotency-key", "k1");
        let path = format!("/api/v1/profiles/{}/duplicate", app.profile("Porter", levels([(Screen::Rooms, Level::Read)])).await);
        let first = admin.act(&path).await.expect(201);
        assert_eq!(admin.act(&path).await.expect(201).text, first.text);
        assert_eq!(number(&app, "select count(*) from profiles where name like 'Porter%'").await, 2);
    }

    async fn answer_is_the_same_on_another_node_and_after_a_restart(app: TestApp) {
        let mut admin = app.admin().await;
        let first = post(&mut admin, "k1", INTEGRATIONS, &robots()).await.expect(201);
        let node = AppState::new(app.same_database().await, app.state.config.clone(), app.clock.clone(), Cost::TEST);
        let mut elsewhere = Browser::new(router(node));
        elsewhere.cookies = admin.cookies.clone();
        let again = post(&mut elsewhere, "k1", INTEGRATIONS, &robots()).await.expect(201);
        assert!(replayed(&again) && first.text == again.text);
        assert_eq!(made(&app).await, 1);
    }

    async fn key_of_another_request_is_refused(app: TestApp) {
        let mut admin = app.admin().await;
        post(&mut admin, "k1", INTEGRATIONS, &robots()).await.expect(201);
        let other = json!({ "name": "Robots", "levels": { "rooms": "full" } });
        for (path, body) in [(INTEGRATIONS, other), ("/api/v1/profiles", robots())] {
            let refused = post(&mut admin, "k1", path, &body).await.expect(422);
            assert_eq!(refused.header("content-type"), "application/problem+json");
            assert_eq!(refused.json()["code"], "idempotency_key_reused");
        }
        assert_eq!((made(&app).await, number(&app, "select count(*) from profiles").await), (1, 1));
    }

    async fn malformed_key_is_refused_before_anything_is_done(app: TestApp) {
        let mut admin = app.admin().await;
        for key in ["two words", "\"open", &"x".repeat(256)] {
            let refused = post(&mut admin, key, INTEGRATIONS, &robots()).await.expect(400).json();
            assert_eq!(refused["code"], "invalid_idempotency_key", "{key}");
        }
        assert_eq!(made(&app).await, 0);
        let stranger = post(&mut app.client(), "two words", INTEGRATIONS, &robots()).await;
        assert_eq!(stranger.status, 401, "who is unknown is told nothing else");
    }

    async fn twenty_at_once_with_one_key_make_exactly_one(app: TestApp) {
        let admin = app.admin().await;
        let posts = (0..20).map(|_| {
            let mut admin = admin.clone();
            tokio::spawn(async move { post(&mut admin, "k1", INTEGRATIONS, &robots()).await })
        });
        let mut done = Vec::new();
        for answer in futures::future::join_all(posts).await.into_iter().map(Result::unwrap) {
            match answer.status {
                201 => done.push(answer),
                _ => assert_eq!(answer.expect(409).json()["code"], "idempotency_in_progress"),
            }
        }
        assert_eq!(made(&app).await, 1);
        assert_eq!(done.iter().filter(|answer| !replayed(answer)).count(), 1);
        assert!(done.iter().all(|answer| answer.text == done[0].text));
    }

    async fn secret_in_an_answer_is_not_in_the_database(app: TestApp) {
        let mut admin = app.admin().await;
        let first = post(&mut admin, "k1", INTEGRATIONS, &robots()).await.expect(201);
        let secret = first.json()["client_secret"].as_str().unwrap().to_owned();
        let profile = app.profile("Any", levels([(Screen::Rooms, Level::Read)])).await;
        let body = json!({ "username": "nora", "name": "Nora", "email": "n@example.com", "role": "owner", "profiles": [profile] });
        let password = post(&mut admin, "k2", "/api/v1/users", &body).await.expect(201).json()["temporary_password"].as_str().unwrap().to_owned();
        const ALL: &str = "select id, caller_id, fingerprint, answer from idempotency_keys";
        let all = rows!(app.system().read().await.unwrap().conn(), (String, String, String, String), ALL).unwrap();
        assert_eq!(all.len(), 2);
        for (id, caller, fingerprint, answer) in all {
            let bytes = URL_SAFE_NO_PAD.decode(&answer).unwrap();
            let stored = format!("{id} {caller} {fingerprint} {answer} {}", String::from_utf8_lossy(&bytes));
            for secret in [secret.as_str(), &password, admin.cookies["doorward"].as_str(), "client_secret", "Robots", "nora"] {
                assert!(!stored.contains(secret), "{secret}");
            }
        }
        let again = post(&mut admin, "k1", INTEGRATIONS, &robots()).await.expect(201).json();
        assert_eq!(again["client_secret"], secret.as_str(), "whoever lost the answer still gets it");
        let again = post(&mut admin, "k2", "/api/v1/users", &body).await.expect(201).json();
        assert_eq!(again["temporary_password"], password.as_str());
    }

    async fn key_is_its_credential_s_alone(app: TestApp) {
        let mut admin = app.admin().await;
        post(&mut admin, "k1", INTEGRATIONS, &robots()).await.expect(201);
        let mut anna = keyholder(&app, "anna").await;
        let hers = post(&mut anna, "k1", INTEGRATIONS, &robots()).await.expect(201);
        assert!(!replayed(&hers) && made(&app).await == 2, "another caller's");
        admin.form("/sign-out", &[]).await.expect(303);
        assert_eq!(post(&mut admin, "k1", INTEGRATIONS, &robots()).await.status, 401);
        let mut again = app.signed_in("admin", ADMIN_PASSWORD).await;
        let after = post(&mut again, "k1", INTEGRATIONS, &robots()).await.expect(201);
        assert!(!replayed(&after) && made(&app).await == 3, "with a new session, the answer of the old one cannot be read");
    }

    async fn refusal_is_kept_and_what_may_pass_is_not(app: TestApp) {
        let mut admin = app.admin().await;
        let wrong = json!({ "name": "Robots", "levels": { "kitchen": "read" } });
        let first = post(&mut admin, "k1", INTEGRATIONS, &wrong).await.expect(422);
        let again = post(&mut admin, "k1", INTEGRATIONS, &wrong).await.expect(422);
        assert!(replayed(&again) && first.text == again.text);
        let admin_id = scalar!(app.system().read().await.unwrap().conn(), String, "select id from users").unwrap();
        while app.state.probes.allow(&admin_id, app.state.now()).is_ok() {}
        post(&mut admin, "k2", INTEGRATIONS, &robots()).await.expect(429);
        app.clock.advance(60_000);
        assert!(!replayed(&post(&mut admin, "k2", INTEGRATIONS, &robots()).await.expect(201)), "after 429");
        change(&app, "alter table audit_events rename to away").await;
        post(&mut admin, "k3", INTEGRATIONS, &robots()).await.expect(500);
        change(&app, "alter table away rename to audit_events").await;
        assert!(!replayed(&post(&mut admin, "k3", INTEGRATIONS, &robots()).await.expect(201)), "after 500");
        assert_eq!(made(&app).await, 2);
    }

    async fn post_that_was_interrupted_says_so_and_is_not_done_again(app: TestApp) {
        let mut anna = keyholder(&app, "anna").await;
        post(&mut anna, "k1", INTEGRATIONS, &robots()).await.expect(201);
        // As a crash between the act and its answer leaves it.
        change(&app, "update idempotency_keys set answer = null").await;
        let soon = post(&mut anna, "k1", INTEGRATIONS, &robots()).await.expect(409);
        assert_eq!((&soon.json()["code"], soon.header("retry-after")), (&json!("idempotency_in_progress"), "1"));
        app.clock.advance(60_000);
        let later = post(&mut anna, "k1", INTEGRATIONS, &robots()).await.expect(409).json();
        assert_eq!(later["code"], "idempotency_interrupted");
        assert_eq!(made(&app).await, 1);
    }

    async fn client_that_hangs_up_finds_its_answer_later(app: TestApp) {
        let mut admin = app.admin().await;
        let (mut other, body) = (admin.clone(), robots());
        {
            let mut first = Box::pin(post(&mut other, "k1", INTEGRATIONS, &body));
            while number(&app, "select count(*) from idempotency_keys").await == 0 {
                // Polled by hand, so that it can be dropped in the middle.
                let polled = std::future::poll_fn(|context| Poll::Ready(first.as_mut().poll(context))).await;
                if polled.is_ready() {
                    break;
                }
            }
        }
        app.state.settled().await;
        let again = post(&mut admin, "k1", INTEGRATIONS, &robots()).await.expect(201);
        assert!(replayed(&again));
        assert_eq!(made(&app).await, 1);
    }

    async fn key_is_forgotten_after_a_day(app: TestApp) {
        let mut anna = keyholder(&app, "anna").await;
        post(&mut anna, "k1", INTEGRATIONS, &robots()).await.expect(201);
        app.clock.advance(86_400_000 - 1);
        assert!(replayed(&post(&mut anna, "k1", INTEGRATIONS, &robots()).await.expect(201)));
        app.clock.advance(1);
        assert!(!replayed(&post(&mut anna, "k1", INTEGRATIONS, &robots()).await.expect(201)));
        assert_eq!(made(&app).await, 2);
        app.clock.advance(86_400_000 - 1);
        forget_old(&app.state).await.unwrap();
        assert_eq!(number(&app, "select count(*) from idempotency_keys").await, 1);
        app.clock.advance(1);
        forget_old(&app.state).await.unwrap();
        assert_eq!(number(&app, "select count(*) from idempotency_keys").await, 0);
    }

    async fn caller_with_ten_thousand_keys_waits_and_others_do_not(app: TestApp) {
        const FILL: &str = "insert into idempotency_keys (id, caller_id, fingerprint, answer, created_at, expires_at)
            with recursive n (i) as (select 1 union all select i + 1 from n where i < 9999)
            select 'k' || cast(n.i as text), k.caller_id, '', null, k.created_at, k.expires_at
            from n cross join idempotency_keys k";
        let mut anna = keyholder(&app, "anna").await;
        let first = post(&mut anna, "k1", INTEGRATIONS, &robots()).await.expect(201);
        app.clock.advance(1000);
        change(&app, FILL).await;
        let refused = post(&mut anna, "k2", INTEGRATIONS, &robots()).await.expect(429);
        assert_eq!(refused.header("retry-after"), (86_400 - 1).to_string());
        assert_eq!(post(&mut anna, "k1", INTEGRATIONS, &robots()).await.expect(201).text, first.text);
        anna.post(INTEGRATIONS, &robots()).await.expect(201);
        let mut ben = keyholder(&app, "ben").await;
        post(&mut ben, "k2", INTEGRATIONS, &robots()).await.expect(201);
    }

    async fn access_token_has_keys_of_its_own(app: TestApp) {
        let mut admin = app.admin().await;
        let client = Client::made(&mut admin, json!({ "name": "Maker", "levels": Levels::FULL })).await;
        let (mut one, mut two) = (client.signed_in(&app).await, client.signed_in(&app).await);
        let first = post(&mut one, "k1", INTEGRATIONS, &robots()).await.expect(201);
        assert_eq!(post(&mut one, "k1", INTEGRATIONS, &robots()).await.expect(201).text, first.text);
        assert!(!replayed(&post(&mut two, "k1", INTEGRATIONS, &robots()).await.expect(201)));
        assert_eq!(made(&app).await, 2);
    }
}
