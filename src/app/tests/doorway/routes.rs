//! What is no endpoint of the HTTP API and no server function: pages, plain routes, and what acts without an actor.

use crate::app::router;
use crate::testing::{TestApp, UserSpec, both, sources};
use std::collections::BTreeSet;

/// Every route that is written out somewhere, and what a stranger gets there. A new one needs a line here.
const PLAIN: [(&str, u16); 11] = [
    ("/", 303),
    ("/sign-in", 200),
    ("/sign-out", 405),
    ("/live", 401),
    // The same for everybody, with nothing of this installation in it.
    ("/api/openapi.json", 200),
    ("/api/docs", 200),
    ("/favicon.svg", 404),
    ("/plan.svg", 404),
    ("/healthz", 200),
    ("/readyz", 200),
    // On a listener of its own.
    ("/metrics", 404),
];

/// What acts without an actor, where. A new reason, and a new place for an old one, need a reviewer's yes.
const REASONS: [(&str, &[&str]); 15] = [
    ("SignIn", &["features/sign_in/ops.rs"]),
    ("SignOut", &["features/sign_in/ops.rs"]),
    ("Activity", &["features/me/ops.rs"]),
    ("FirstStart", &["features/first_start/ops.rs", "server/refold.rs"]),
    ("Demo", &["features/demo/ops.rs", "features/demo/seed.rs"]),
    ("CommandLine", &["features/accounts/ops.rs", "features/integrations/command.rs"]),
    ("Health", &["server/health.rs"]),
    ("Watch", &["features/live/socket.rs", "features/live/watcher.rs", "server/watch.rs"]),
    ("Refusal", &["server/refusal_log.rs"]),
    ("Token", &["features/oauth/client.rs", "features/oauth/ops.rs"]),
    ("Usage", &["server/usage_log.rs"]),
    ("Mail", &["features/mail/sender.rs"]),
    ("Expiry", &["server/expiry.rs"]),
    ("EventTicket", &["features/events/tickets.rs"]),
    ("Idempotency", &["server/idempotency/mod.rs"]),
];

/// The source text, without the tests at its end.
fn running(text: &str) -> &str {
    text.split("#[cfg(test)]\nmod tests {").next().unwrap_or(text)
}

#[test]
fn every_plain_route_is_in_the_table() {
    let mut written = BTreeSet::new();
    for (name, text) in sources() {
        if !name.contains("tests") && !name.starts_with("testing/") {
            written.extend(
                running(&text).split(".route(\"").skip(1).map(|rest| rest.split('"').next().unwrap().to_owned()),
            );
        }
    }
    assert_eq!(written, PLAIN.iter().map(|(path, _)| (*path).to_owned()).collect());
}

#[test]
fn every_reason_to_act_without_an_actor_is_in_the_table_with_its_places() {
    let all = sources();
    let call = &all.iter().find(|(name, _)| name == "server/write.rs").unwrap().1;
    let listed = call.split("pub enum Reason {").nth(1).unwrap().split('}').next().unwrap();
    let reasons = listed.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with("///"));
    let reasons: BTreeSet<&str> = reasons.map(|line| line.trim_end_matches(',')).collect();
    assert_eq!(reasons, REASONS.iter().map(|(reason, _)| *reason).collect());
    for (reason, expected) in REASONS {
        let named = format!("Reason::{reason}");
        // `write.rs` asks for reasons that others gave.
        let here = |name: &str| name != "server/write.rs" || expected.contains(&name);
        let found: Vec<&str> = all
            .iter()
            .filter(|(name, text)| {
                let test = name.contains("tests") || name.starts_with("testing/");
                !test
                    && here(name)
                    && running(text).split(&named).skip(1).any(|rest| !rest.starts_with(char::is_alphanumeric))
            })
            .map(|(name, _)| name.as_str())
            .collect();
        let found: BTreeSet<&str> = found.into_iter().collect();
        assert_eq!(found, expected.iter().copied().collect(), "{reason}");
    }
}

both! {
    async fn stranger_gets_from_plain_routes_what_the_table_says(app: TestApp) {
        for (path, expected) in PLAIN {
            assert_eq!(app.browser().get(path).await.status, expected, "{path}");
        }
    }

    async fn pages_lead_strangers_to_sign_in_and_refuse_who_may_not_open_them(app: TestApp) {
        let mut nobody = app.signed_in_as(UserSpec { username: "nobody", ..UserSpec::default() }).await;
        let mut admin = app.admin().await;
        let pages = router::routes();
        assert!(pages.len() > 10);
        for page in pages {
            let path = page.path().replace(":id", "01900000-0000-7000-8000-000000000000");
            let path = path.replace("{id}", "01900000-0000-7000-8000-000000000000");
            let answer = app.browser().get(&path).await;
            assert_eq!(answer.status, 303, "{path}");
            assert!(answer.header("location").starts_with("/sign-in?next="), "{path}");
            // The personal center is everybody's.
            let expected = if path == "/me" || path.starts_with("/me/") { 200 } else { 403 };
            assert_eq!(nobody.get(&path).await.status, expected, "{path} without grants");
            let expected = if path.contains("01900000") { 404 } else { 200 };
            assert_eq!(admin.get(&path).await.status, expected, "{path} for the administrator");
        }
    }
}
