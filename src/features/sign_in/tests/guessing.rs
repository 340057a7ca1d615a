use crate::db::{Conn, exec, scalar};
use crate::testing::{ADMIN_PASSWORD, PASSWORD, TestApp, UserSpec, both};
use http::HeaderMap;
use serde_json::json;
use std::time::Duration;

/// How many rows of the audit log say this.
async fn logged(app: &TestApp, action: &str) -> i64 {
    let mut held = app.system().read().await.unwrap();
    scalar!(held.conn(), i64, "select count(*) from audit_events where action = $1", action).unwrap()
}

both! {
    async fn of_1000_guesses_over_http_ten_reach_the_hash(app: TestApp) {
        let before = app.state.hasher.calls();
        let mut attacker = app.browser();
        let mut told = [0, 0];
        for guess in 0..1000 {
            let answer = attacker.sign_in("admin", &format!("guess number {guess}")).await;
            let waits = answer.header("retry-after").parse::<u32>().is_ok();
            match (answer.status, waits) {
                (401, false) => told[0] += 1,
                (429, true) => told[1] += 1,
                other => panic!("{other:?}"),
            }
        }
        assert_eq!((told, app.state.hasher.calls() - before), ([10, 990], 10));
        assert_eq!(logged(&app, "session.refused").await, 1, "repeated refusals are one row");
    }

    async fn credential_stuffing_is_in_the_audit_log_once(app: TestApp) {
        let app = app.behind_proxy().await;
        for guess in 0..260 {
            let mut attacker = app.browser_at(&format!("203.0.113.{}", guess / 90));
            attacker.sign_in(&format!("name{guess}"), "x").await.expect(401);
            assert_eq!(logged(&app, "sign_in.many_failures").await, i64::from(guess >= 249), "after {guess}");
        }
    }

    async fn owner_s_browser_signs_in_while_attackers_are_limited(app: TestApp) {
        let app = app.behind_proxy().await;
        let mut owner = app.browser_at("198.51.100.7");
        owner.sign_in("admin", ADMIN_PASSWORD).await.expect(303);
        owner.form("/sign-out", &[]).await.expect(303);
        for guess in 0..80 {
            app.browser_at(&format!("203.0.113.{}", guess / 10)).sign_in("admin", "x").await;
        }
        app.browser_at("198.51.100.8").sign_in("admin", ADMIN_PASSWORD).await.expect(429);
        // Wherever the owner goes with it: the device cookie is what counts.
        owner.headers = vec![("x-forwarded-for", "203.0.113.1".to_owned())];
        owner.sign_in("admin", ADMIN_PASSWORD).await.expect(303);
    }

    async fn every_refusal_has_one_status_body_and_set_of_headers(app: TestApp) {
        let mut admin = app.admin().await;
        for username in ["nora", "dana", "tina"] {
            let person = app.user(UserSpec { username, ..UserSpec::default() }).await;
            let path = format!("/api/v1/users/{}", person.id);
            match username {
                "dana" => drop(admin.act(&format!("{path}/disable")).await.expect(200)),
                "tina" => {
                    let custom = json!({ "password": { "mode": "custom", "value": "copper violin meadow 38 tea" } });
                    admin.post(&format!("{path}/reset-password"), &custom).await.expect(200);
                }
                _ => {}
            }
        }
        app.clock.advance(72 * 3_600_000);
        let tries = [("nobo", PASSWORD), ("nora", "wrong"), ("dana", "wrong"), ("tina", "wrong"), ("tina", "copper violin meadow 38 tea")];
        let mut seen: Vec<(String, HeaderMap)> = Vec::new();
        for (username, password) in tries {
            let mut answer = app.browser().sign_in(username, password).await.expect(401);
            answer.headers.remove("x-request-id").unwrap();
            seen.push((answer.text.replace(&format!("value=\"{username}\""), ""), answer.headers));
        }
        seen.dedup();
        assert_eq!(seen.len(), 1, "{seen:#?}");
    }

    async fn administrator_sees_failed_sign_ins_of_own_users(app: TestApp) {
        let elsewhere = app.organization("Elsewhere").await;
        let nora = app.user(UserSpec { username: "nora", ..UserSpec::default() }).await;
        let bert = app.user(UserSpec { username: "bert", organization: Some(&elsewhere), ..UserSpec::default() }).await;
        for username in ["nora", "nora", "bert", "nobody"] {
            app.browser().sign_in(username, "wrong").await.expect(401);
        }
        let mut admin = app.admin().await;
        let events = admin.get("/api/v1/audit-events?action=session.refused").await.expect(200).json();
        let seen: Vec<_> = events["items"].as_array().unwrap().iter().map(|event| (&event["target"], &event["address"])).collect();
        let target = json!({ "kind": "account", "id": nora.account_id, "name": "nora" });
        assert_eq!(seen, [(&target, &json!("127.0.0.1"))], "and nothing of {}", bert.username);
    }

    async fn repeated_failures_are_one_row_a_minute_however_long_the_password(app: TestApp) {
        let long = "x".repeat(2000);
        for (round, rows) in [(0, 1), (1, 2)] {
            for _ in 0..3 {
                app.browser().sign_in("admin", &long).await.expect(401);
            }
            assert_eq!(logged(&app, "session.refused").await, rows, "round {round}");
            app.clock.advance(60_000);
        }
    }

    async fn stranger_with_made_up_tickets_takes_no_write_lock(app: TestApp) {
        // On SQLite this alone keeps every other writer out.
        let mut writing = app.system().write().await.unwrap();
        let mut conn = writing.conn();
        if matches!(conn, Conn::Postgres(_)) {
            exec!(conn, "lock table sign_in_tickets in exclusive mode").unwrap();
        }
        let mut stranger = app.browser();
        let mut ask = async || {
            let asked = stranger.form("/sign-in", &[("ticket", "made up")]);
            tokio::time::timeout(Duration::from_secs(2), asked).await.expect("waits for a lock")
        };
        for _ in 0..60 {
            ask().await.expect(401);
        }
        assert!(!ask().await.expect(429).header("retry-after").is_empty());
    }
}
