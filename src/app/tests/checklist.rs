//! Items of the security checklist that belong to no one feature, and that `docs/security.md` names a test for each.

use crate::app::router;
use crate::db::{exec, scalar};
use crate::features::first_start;
use crate::server::AppState;
use crate::server::password::{Cost, Hasher};
use crate::server::token;
use crate::testing::{ADMIN_PASSWORD, Browser, PASSWORD, TestApp, UserSpec, WITH_PASSWORD, both};
use axum::Router;
use axum::routing::get;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use tower_http::catch_panic::CatchPanicLayer;

/// 14 code points, one too few.
const TOO_SHORT: &str = "kqzvhw mxyrtbp";

fn change(current: &str, new: &str) -> Value {
    json!({ "change": { "current": current, "new": new, "again": new, "name": "", "email": "" } })
}

fn code(answer: &Value) -> &str {
    answer["errors"][0]["code"].as_str().unwrap_or_default()
}

/// The cookie of a session as the browser sends it.
fn token_of(browser: &Browser) -> String {
    browser.cookies["doorward"].clone()
}

async fn set_hash(app: &TestApp, account_id: &str, hash: &str) {
    let mut write = app.system().write().await.unwrap();
    let set = "update accounts set password_hash = $2 where id = $1";
    exec!(write.conn(), set, account_id, hash).unwrap();
    write.commit_unlogged().await.unwrap();
}

async fn hash_of(app: &TestApp, account_id: &str) -> String {
    let mut held = app.system().read().await.unwrap();
    scalar!(held.conn(), String, "select password_hash from accounts where id = $1", account_id).unwrap()
}

/// How many rows of the audit log say this.
async fn logged(app: &TestApp, action: &str) -> i64 {
    let mut held = app.system().read().await.unwrap();
    scalar!(held.conn(), i64, "select count(*) from audit_events where action = $1", action).unwrap()
}

#[test]
fn hundred_thousand_session_ids_are_all_different() {
    let ids: BTreeSet<String> = (0..100_000).map(|_| token::Secret::random().expose().to_owned()).collect();
    assert_eq!(ids.len(), 100_000);
    assert!(ids.iter().all(|id| id.len() == 43), "256 bits in base64url");
}

#[tokio::test]
async fn panic_in_a_handler_is_a_500_without_a_cause_and_the_server_lives() {
    async fn broken() -> &'static str {
        panic!("the secret cause");
    }
    let routes = Router::new().route("/broken", get(broken)).route("/whole", get(|| async { "whole" }));
    let mut browser = Browser::new(routes.layer(CatchPanicLayer::custom(router::panicked)));
    let answer = browser.get("/broken").await.expect(500);
    assert_eq!(answer.header("content-type"), "application/problem+json");
    assert!(!answer.text.contains("secret cause"), "{}", answer.text);
    browser.get("/whole").await.expect(200);
}

both! {
    async fn password_under_the_minimum_is_refused_on_create_change_and_reset(app: TestApp) {
        let nora = app.user(UserSpec { username: "nora", ..UserSpec::default() }).await;
        let mut admin = app.admin().await;
        let custom = json!({ "mode": "custom", "value": TOO_SHORT });
        let new = json!({ "username": "new", "name": "New", "email": "new@example.com", "region": "europe", "role": "owner",
            "profiles": [app.profile("Any", crate::access::Levels::FULL).await], "password": custom });
        let refused = admin.post("/api/v1/users", &new).await.expect(422).json();
        assert_eq!((refused["errors"][0]["field"].as_str(), code(&refused)), (Some("password"), "policy"));
        let path = format!("/api/v1/users/{}/reset-password", nora.id);
        let refused = admin.post(&path, &json!({ "password": custom })).await.expect(422).json();
        assert_eq!(code(&refused), "policy");
        let mut nora = app.browser_of(&nora).await;
        nora.call("me.change_password", &change(PASSWORD, TOO_SHORT)).await.expect(422);
        nora.get("/fn/me.view").await.expect(200);
    }

    async fn password_of_128_characters_counts_to_its_last_and_129_are_refused(app: TestApp) {
        let nora = app.user(UserSpec { username: "nora", ..UserSpec::default() }).await;
        let mut browser = app.browser_of(&nora).await;
        let long: String = "The quick onyx goblin jumps over lazy dwarves, vexing 47 wizards with 9 boxes. ".repeat(2).chars().take(128).collect();
        let longer = format!("{long}x");
        browser.call("me.change_password", &change(PASSWORD, &longer)).await.expect(422);
        browser.call("me.change_password", &change(PASSWORD, &long)).await.expect(200);
        browser.form("/sign-out", &[]).await.expect(303);
        let other: String = long.chars().take(127).chain(['~']).collect();
        app.browser().sign_in("nora", &other).await.expect(401);
        app.browser().sign_in("nora", &long).await.expect(303);
    }

    async fn change_needs_the_current_password_and_gives_the_session_a_new_id(app: TestApp) {
        let nora = app.user(UserSpec { username: "nora", ..UserSpec::default() }).await;
        let mut browser = app.browser_of(&nora).await;
        let new = "seven quiet copper kettles";
        browser.call("me.change_password", &change("not the current one", new)).await.expect(422);
        let mut before = browser.clone();
        browser.call("me.change_password", &change(PASSWORD, new)).await.expect(200);
        assert_ne!(token_of(&before), token_of(&browser));
        before.get("/fn/me.view").await.expect(401);
        browser.get("/fn/me.view").await.expect(200);
    }

    async fn only_the_hash_of_a_session_id_is_stored(app: TestApp) {
        let admin = app.admin().await;
        let token = token_of(&admin);
        let mut held = app.system().read().await.unwrap();
        let stored = scalar!(held.conn(), String, "select token_hash from sessions where ended_at is null").unwrap();
        assert_eq!(stored, token::hash(&token));
        assert_ne!(stored, token);
    }

    async fn session_cookie_is_for_this_host_and_out_of_reach_of_scripts(app: TestApp) {
        let https = app.untouched(&[("DOORWARD_PUBLIC_URL", "https://console.example"), ("DOORWARD_ADMIN_PASSWORD", ADMIN_PASSWORD)]).await;
        first_start::ops::run(&https.state, "Here").await.unwrap();
        let answer = https.browser().sign_in("admin", ADMIN_PASSWORD).await.expect(303);
        let cookie = answer.headers.get_all("set-cookie").iter().map(|it| it.to_str().unwrap())
            .find(|it| it.starts_with("__Host-doorward=")).unwrap().to_owned();
        for attribute in ["; Path=/", "; HttpOnly", "; Secure", "; SameSite=Lax"] {
            assert!(cookie.contains(attribute), "{attribute} in {}", cookie.split_once(';').unwrap().1);
        }
        assert!(!cookie.contains("Domain"));
        assert_eq!(answer.header("strict-transport-security"), "max-age=63072000", "other hosts below this one are not its own");
    }

    async fn hosts_below_are_told_of_https_only_where_that_is_asked_for(app: TestApp) {
        let told = async |url: &str, hsts: &str| {
            let app = app.untouched(&[("DOORWARD_PUBLIC_URL", url), ("DOORWARD_HSTS", hsts)]).await;
            app.browser().get("/healthz").await.expect(200).header("strict-transport-security").to_owned()
        };
        assert_eq!(told("https://console.example", "subdomains").await, "max-age=63072000; includeSubDomains");
        assert_eq!((told("https://console.example", "off").await, told("http://localhost:3000", "host").await), (String::new(), String::new()));
    }

    async fn hash_at_another_cost_is_renewed_at_the_next_sign_in(app: TestApp) {
        let nora = app.user(UserSpec { username: "nora", ..UserSpec::default() }).await;
        let old = Hasher::new(Cost { memory_kib: 16, passes: 2, lanes: 1 }, 1, 1).hash(PASSWORD.to_owned()).await.unwrap();
        set_hash(&app, &nora.account_id, old.expose()).await;
        app.browser().sign_in("nora", PASSWORD).await.expect(303);
        let renewed = hash_of(&app, &nora.account_id).await;
        assert!(old.expose().contains("m=16,t=2") && renewed.contains("m=8,t=1"), "{renewed}");
    }

    async fn known_password_is_refused_when_it_is_set_and_flagged_when_it_signs_in(app: TestApp) {
        const KNOWN: &str = "passwordpassword";
        let nora = app.user(UserSpec { username: "nora", ..UserSpec::default() }).await;
        let mut browser = app.browser_of(&nora).await;
        browser.call("me.change_password", &change(PASSWORD, KNOWN)).await.expect(422);
        browser.form("/sign-out", &[]).await.expect(303);
        // As if it had become known since it was set.
        let hash = app.state.hasher.hash(KNOWN.to_owned()).await.unwrap();
        set_hash(&app, &nora.account_id, hash.expose()).await;
        app.browser().sign_in("nora", KNOWN).await.expect(303);
        assert_eq!(logged(&app, "password.known").await, 1);
        let events = app.admin().await.get("/api/v1/audit-events").await.expect(200);
        assert!(events.text.contains("password.known"), "the administrator sees it");
    }

    async fn every_sign_in_result_and_refusal_is_logged_once(app: TestApp) {
        app.user(UserSpec { username: "nora", ..UserSpec::default() }).await;
        app.browser().sign_in("nora", "a wrong one of hers").await.expect(401);
        let mut nora = app.signed_in("nora", PASSWORD).await;
        nora.get("/api/v1/users").await.expect(403);
        nora.get("/api/v1/users").await.expect(403);
        nora.form("/sign-out", &[]).await.expect(303);
        app.state.settled().await;
        // The second refusal of the same need adds no row: an attacker cannot fill the disk.
        for action in ["session.refused", "session.begin", "access.refused", "session.end"] {
            assert_eq!(logged(&app, action).await, 1, "{action}");
        }
    }

    async fn stored_passwords_are_argon2id_at_the_standard_cost(app: TestApp) {
        let app = app.untouched(&WITH_PASSWORD).await;
        let state = AppState::new(app.same_database().await, app.state.config.clone(), app.clock.clone(), Cost::STANDARD);
        first_start::ops::run(&state, "Here").await.unwrap();
        let mut admin = Browser::new(router::router(state));
        admin.sign_in("admin", ADMIN_PASSWORD).await.expect(303);
        let stored = async || {
            let mut held = app.system().read().await.unwrap();
            scalar!(held.conn(), String, "select password_hash from accounts").unwrap()
        };
        let first = stored().await;
        admin.call("me.change_password", &change(ADMIN_PASSWORD, "seven quiet copper kettles")).await.expect(200);
        let second = stored().await;
        assert_ne!(first, second);
        for hash in [first, second] {
            assert!(hash.starts_with("$argon2id$v=19$m=47104,t=1,p=1$"), "{hash}");
        }
    }

    async fn plain_first_start_knows_no_password_and_happens_once(app: TestApp) {
        let app = app.untouched(&[]).await;
        let first = first_start::ops::run(&app.state, "Here").await.unwrap().unwrap();
        for known in ["", "admin", "password", "doorward", "Administrator", "changeme", ADMIN_PASSWORD, PASSWORD] {
            app.browser().sign_in("admin", known).await.expect(401);
        }
        let made = async || {
            let count = "select (select count(*) from accounts) + (select count(*) from organizations) * 1000";
            (scalar!(app.system().read().await.unwrap().conn(), i64, count).unwrap(), logged(&app, "organizations.create").await)
        };
        assert_eq!(made().await, (1001, 1));
        assert!(first_start::ops::run(&app.state, "Here").await.unwrap().is_none());
        assert_eq!(made().await, (1001, 1), "a second start makes nothing");
        app.signed_in("admin", &first.password.unwrap()).await;
    }

    async fn foreign_origin_is_told_nothing_it_could_read(app: TestApp) {
        let mut admin = app.admin().await.with("origin", "https://evil.example").with("sec-fetch-site", "cross-site");
        for path in ["/api/v1/users", "/me", "/fn/me.view"] {
            let answer = admin.get(path).await;
            assert!(!answer.headers.keys().any(|name| name.as_str().starts_with("access-control-")), "{path}");
        }
    }
}
