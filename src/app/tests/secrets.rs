//! No secret in what the process writes to its log, however much it is told to log.

use crate::features::accounts;
use crate::testing::{ADMIN_PASSWORD, Browser, Client, PASSWORD, SMTP_PASSWORD, Smtp, TestApp, UserSpec, both};
use serde_json::json;
use std::io::{self, Write};
use std::sync::{Mutex, OnceLock, PoisonError};
use tracing::level_filters::LevelFilter;

/// All that this process has logged since the first of these tests began, of the threads of other tests too.
static LOG: Mutex<Vec<u8>> = Mutex::new(Vec::new());

struct Log;

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        LOG.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The whole process: passwords are hashed, and SQLite is spoken to, on threads of their own.
fn listen() {
    static ONCE: OnceLock<()> = OnceLock::new();
    ONCE.get_or_init(|| {
        tracing_subscriber::fmt().with_max_level(LevelFilter::TRACE).with_ansi(false).with_writer(|| Log).init();
    });
}

fn log() -> String {
    String::from_utf8_lossy(&LOG.lock().unwrap_or_else(PoisonError::into_inner)).into_owned()
}

/// What programs prove themselves with, each used once, and handed out again to who repeats a request.
async fn program_secrets(app: &TestApp, admin: &mut Browser) -> Vec<String> {
    admin.headers.push(("idempotency-key", "made-once".to_owned()));
    let client = Client::made(admin, json!({ "name": "Robots", "levels": { "rooms": "read" } })).await;
    assert_eq!(
        Client::made(admin, json!({ "name": "Robots", "levels": { "rooms": "read" } })).await.secret,
        client.secret
    );
    admin.headers.clear();
    let key = admin.post("/api/v1/api-keys", &json!({ "name": "Key" })).await.expect(201).json();
    let (token, key) = (client.token(app).await, key["secret"].as_str().unwrap().to_owned());
    for secret in [&token, &key] {
        client.bearer(app, secret).get("/api/v1/rooms").await.expect(200);
        client.bearer(app, secret).get("/api/v1/users?q=%00").await;
    }
    client.basic(app).form("/oauth/introspect", &[("token", &token)]).await.expect(200);
    client.basic(app).form("/oauth/revoke", &[("token", &token)]).await.expect(200);
    vec![client.secret, token, key, "made-once".to_owned()]
}

both! {
    async fn log_of_a_run_that_makes_secrets_has_none_of_them(app: TestApp) {
        listen();
        let nora = app.user(UserSpec { username: "nora", ..UserSpec::default() }).await;
        let mut admin = app.admin().await;
        let asked = app.browser().sign_in("admin", ADMIN_PASSWORD).await.expect(409);
        let ticket = asked.text.split("name=\"ticket\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        app.browser().sign_in("nora", "a wrong one that is nobody's").await.expect(401);
        let path = format!("/api/v1/users/{}/reset-password", nora.id);
        let made = admin.act(&path).await.expect(200).json()["temporary_password"].as_str().unwrap().to_owned();
        let mut hers = app.signed_in("nora", &made).await;
        let before = hers.cookies.clone();
        let own = "seven quiet copper kettles";
        let change = json!({ "change": { "current": made, "new": own, "again": own, "name": "", "email": "" } });
        hers.call("me.change_password", &change).await.expect(200);
        let printed = accounts::ops::reset_from_command_line(&app.state, "nora").await.unwrap().password;
        let smtp = Smtp::start().await;
        let node = app.with_mail(&smtp).await;
        let mut there = node.browser();
        there.cookies = admin.cookies.clone();
        there.act(&path).await.expect(200);
        node.send_mails().await;
        let mut secrets = vec![ADMIN_PASSWORD.to_owned(), PASSWORD.to_owned(), own.to_owned(), ticket, made, printed];
        secrets.extend([smtp.last().password(), SMTP_PASSWORD.to_owned()]);
        secrets.push("a wrong one that is nobody's".to_owned());
        secrets.extend(program_secrets(&app, &mut admin).await);
        secrets.extend([admin.cookies, before, hers.cookies].into_iter().flat_map(|jar| jar.into_values()));
        // Hashes too: they are what a thief would go on from.
        let mut held = app.system().read().await.unwrap();
        let hashes = "select password_hash from accounts union select token_hash from sessions
            union select secret_hash from client_secrets union select secret_hash from api_keys";
        secrets.extend(crate::db::rows!(held.conn(), (String,), hashes).unwrap().into_iter().map(|row| row.0));
        const AUDIT: &str = "select coalesce(before, '') || coalesce(after, '') || target_name || actor_name from audit_events";
        let audit = crate::db::rows!(held.conn(), (String,), AUDIT).unwrap();
        let audited: Vec<_> = secrets.iter().filter(|secret| audit.iter().any(|row| row.0.contains(secret.as_str()))).collect();
        assert!(audit.len() > 5 && audited.is_empty(), "{audited:?}");
        drop(held);
        let log = log();
        assert!(log.contains("update accounts"), "statements are logged at this level");
        let leaked: Vec<_> = secrets.iter().filter(|secret| log.contains(secret.as_str())).collect();
        assert!(secrets.len() > 12 && leaked.is_empty(), "{leaked:?}");
    }
}
