//! Every endpoint × every caller → status, as text: a change of what anybody gets shows up as a change of `coverage.txt`.
//!
//! `UPDATE_COVERAGE=1 cargo test --features ssr coverage` writes it anew.

use super::samples::{Ids, body};
use super::{Endpoint, all};
use crate::access::{Level, Levels, Role, SCREENS};
use crate::features::companies::model::CompanyKind;
use crate::server::rest::Requirement;
use crate::testing::{Browser, Client, Given, START, TestApp, UserSpec, both};
use crate::types::rfc3339;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fmt::Write;

/// All that the samples are about stands in one building and belongs to an Operations Engineer of the root company.
const CALLERS: [(&str, &str); 15] = [
    ("none", "nobody has signed in"),
    ("over", "a session that ran out"),
    ("off", "somebody disabled"),
    ("bare", "somebody without grants"),
    ("read", "reads every screen"),
    ("full", "full on every screen, and above in rank"),
    ("low", "full on every screen, and below in rank"),
    ("place", "full on every screen, in another place"),
    ("co", "full on every screen, in another company"),
    ("org", "full on every screen, in another organization"),
    ("t-read", "an integration's token that reads every screen"),
    ("t-full", "an integration's token that is full on every screen"),
    ("t-over", "a token that ran out"),
    ("key", "a key of one who is full on every screen"),
    ("key+", "the same, which may administer access"),
];

fn readable() -> Levels {
    SCREENS.iter().map(|row| (row.screen, Level::Read)).collect()
}

async fn person(app: &TestApp, username: &str, role: Role, given: Given) -> Browser {
    app.signed_in_as(UserSpec { username, role, grants: vec![given], ..UserSpec::default() }).await
}

async fn token(app: &TestApp, admin: &mut Browser, name: &str, levels: Levels) -> Browser {
    Client::made(admin, json!({ "name": name, "levels": levels })).await.signed_in(app).await
}

async fn key(app: &TestApp, owner: &mut Browser, may_administer: bool) -> Browser {
    let expires = rfc3339(START + 10 * 86_400_000);
    let body = json!({ "name": "Key", "may_administer_access": may_administer, "expires_at": expires });
    let made = owner.post("/api/v1/api-keys", &body).await.expect(201).json();
    app.client().with("authorization", &format!("Bearer {}", made["secret"].as_str().unwrap()))
}

/// In the order of `CALLERS`.
async fn callers(app: &TestApp) -> Vec<Browser> {
    let full = || Given::own(Levels::FULL);
    let manager = Role::CommonManager;
    let mut admin = app.admin().await;
    let over = person(app, "over", manager, full()).await;
    let token_over = token(app, &mut admin, "Over", Levels::FULL).await;
    app.clock.advance(86_400_000);
    let mut admin = app.admin().await;
    let off = app.user(UserSpec { username: "off", grants: vec![full()], ..UserSpec::default() }).await;
    let disabled = app.browser_of(&off).await;
    admin.act(&format!("/api/v1/users/{}/disable", off.id)).await.expect(200);
    let bare = app.signed_in_as(UserSpec { username: "bare", ..UserSpec::default() }).await;
    let read = person(app, "read", manager, Given::own(readable())).await;
    let mut high = person(app, "full", manager, full()).await;
    let low = person(app, "low", Role::Owner, full()).await;
    let elsewhere = app.place(None, "building", "Elsewhere").await;
    let place = person(app, "place", manager, full().at(&elsewhere)).await;
    let company = app.company(None, CompanyKind::Distributor, "North").await;
    let spec = UserSpec { username: "co", company: Some(&company), grants: vec![full()], ..UserSpec::default() };
    let company = app.signed_in_as(spec).await;
    let organization = app.organization("Elsewhere").await;
    let spec =
        UserSpec { organization: Some(&organization), username: "org", grants: vec![full()], ..UserSpec::default() };
    let foreign = app.signed_in_as(spec).await;
    let token_read = token(app, &mut admin, "Read", readable()).await;
    let token_full = token(app, &mut admin, "Full", Levels::FULL).await;
    let (plain, ticked) = (key(app, &mut high, false).await, key(app, &mut high, true).await);
    let none = app.client();
    vec![
        none, over, disabled, bare, read, high, low, place, company, foreign, token_read, token_full, token_over,
        plain, ticked,
    ]
}

/// Names that nobody has yet, where the body of an endpoint has names.
pub fn fresh(body: &mut Value, number: usize) {
    match body {
        Value::Object(fields) => {
            for (name, value) in fields {
                match value {
                    Value::String(text) if name == "username" || name == "name" => {
                        text.push_str(&format!("-{number}"));
                    }
                    other => fresh(other, number),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| fresh(item, number)),
        _ => {}
    }
}

fn only_reads(endpoint: &Endpoint) -> bool {
    let level = match endpoint.requirement {
        Requirement::Screen(_, level) | Requirement::NamedScreen(level) | Requirement::SubjectScreen(level) => level,
        _ => return endpoint.verb == "GET",
    };
    level == Level::Read
}

/// One line for each endpoint. What a caller changed is made anew for the next.
async fn coverage(app: &TestApp) -> String {
    let mut callers = callers(app).await;
    let mut ids = Ids::numbered(app, 0).await;
    let mut text = String::from("Every endpoint, and what each caller gets: the status of the answer\n\n");
    for (name, what) in CALLERS {
        writeln!(text, "{name:<8}{what}").unwrap();
    }
    write!(text, "\n{:<64}", "endpoint").unwrap();
    CALLERS.iter().for_each(|(name, _)| write!(text, "{name:<7}").unwrap());
    let mut number = 1;
    for endpoint in all() {
        // Who shows a token that ran out is told to wait after 60 in a minute, which is not what this is about.
        app.clock.advance(2_000);
        write!(text, "\n{:<64}", format!("{:<7}{}", endpoint.verb, endpoint.path)).unwrap();
        for caller in &mut callers {
            number += 1;
            let mut body = body(&endpoint.verb, endpoint.path, &ids);
            body.iter_mut().for_each(|body| fresh(body, number));
            let status = endpoint.send(caller, &ids, body).await.status;
            write!(text, "{status:<7}").unwrap();
            if status < 300 && !only_reads(&endpoint) {
                ids = Ids::numbered(app, number).await;
            }
        }
    }
    text.lines().map(|line| format!("{}\n", line.trim_end())).collect()
}

both! {
    async fn method_that_a_path_does_not_have_is_405(app: TestApp) {
        let mut admin = app.admin().await;
        let id = "01900000-0000-7000-8000-000000000000";
        let mut had: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for endpoint in all() {
            had.entry(endpoint.path).or_default().push(endpoint.verb);
        }
        for (path, verbs) in had {
            for method in ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW"] {
                if !verbs.iter().any(|verb| verb == method) {
                    let at = path.replace("{id}", id).replace("{secret_id}", id);
                    let answer = admin.send(method.parse().unwrap(), &at, "", String::new()).await;
                    assert_eq!(answer.status, 405, "{method} {path}");
                }
            }
        }
    }

    async fn every_caller_gets_at_every_endpoint_what_the_table_says(app: TestApp) {
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/src/app/tests/doorway/coverage.txt");
        let found = coverage(&app).await;
        if std::env::var_os("UPDATE_COVERAGE").is_some() {
            std::fs::write(file, &found).unwrap();
        }
        let reviewed = std::fs::read_to_string(file).unwrap_or_default();
        let differs: Vec<&str> = found.lines().filter(|line| !reviewed.lines().any(|known| known == *line)).collect();
        assert!(differs.is_empty(), "review these, then UPDATE_COVERAGE=1:\n{}", differs.join("\n"));
        assert_eq!(found, reviewed, "an endpoint is gone, or the order changed: UPDATE_COVERAGE=1");
    }
}
