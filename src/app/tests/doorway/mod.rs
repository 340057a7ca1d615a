//! No endpoint without a declared need, and none that does anything before it is met.

mod coverage;
mod routes;
pub mod samples;

use crate::access::{Level, Levels, SCREENS, Screen};
use crate::app::endpoints;
use crate::server::rest::Requirement;
use crate::testing::{Answer, Browser, Given, TestApp, UserSpec, both, levels};
pub use coverage::fresh;
use http::Method;
use leptos::server_fn::axum::server_fn_paths;
use samples::{Ids, body};
use serde_json::Value;
use std::collections::BTreeMap;

pub struct Endpoint {
    pub verb: String,
    pub path: &'static str,
    requirement: Requirement,
}

impl Endpoint {
    /// Asks for it, about the objects of `ids`, with nothing wrong but who asks.
    async fn ask(&self, browser: &mut Browser, ids: &Ids) -> Answer {
        self.send(browser, ids, body(&self.verb, self.path, ids)).await
    }

    pub async fn send(&self, browser: &mut Browser, ids: &Ids, body: Option<Value>) -> Answer {
        let method: Method = self.verb.parse().unwrap();
        let path =
            if self.path.contains("{id}") { self.path.replace("{id}", ids.of(self.path)) } else { self.path.into() };
        let path = path.replace("{member_id}", ids.named("members"));
        let path = path.replace("{secret_id}", "01900000-0000-7000-8000-000000000000");
        let path = if path == "/api/v1/check" { format!("{path}?screen=rooms") } else { path };
        let media = if body.is_some() { "application/json" } else { "" };
        browser.headers.push(("if-match", "*".to_owned()));
        let answer = browser.send(method, &path, media, body.map(|body| body.to_string()).unwrap_or_default()).await;
        browser.headers.pop();
        answer
    }

    fn is_about_one(&self, ids: &Ids) -> bool {
        self.path.contains("{id}") || body(&self.verb, self.path, ids).is_some_and(|body| body.get("id").is_some())
    }
}

pub fn all() -> Vec<Endpoint> {
    let verbs: BTreeMap<&str, String> = server_fn_paths().map(|(path, method)| (path, method.to_string())).collect();
    let api = endpoints::api().endpoints.into_iter();
    let api = api.map(|e| Endpoint { verb: e.verb.to_owned(), path: e.path, requirement: e.requirement });
    let functions = endpoints::functions().into_iter();
    let functions = functions.map(|(path, requirement)| Endpoint { verb: verbs[path].clone(), path, requirement });
    api.chain(functions).collect()
}

#[test]
fn every_server_function_has_a_declared_need() {
    let mut registered: Vec<&str> = server_fn_paths().map(|(path, _)| path).collect();
    let mut declared: Vec<&str> = endpoints::functions().into_iter().map(|(path, _)| path).collect();
    registered.sort_unstable();
    declared.sort_unstable();
    assert_eq!(registered, declared);
}

both! {
    async fn stranger_gets_401_everywhere(app: TestApp) {
        let ids = Ids::made(&app).await;
        for endpoint in all().into_iter().filter(|endpoint| endpoint.requirement != Requirement::Public) {
            let answer = endpoint.ask(&mut app.browser(), &ids).await;
            assert_eq!(answer.status, 401, "{} {}: {}", endpoint.verb, endpoint.path, answer.text);
        }
    }

    async fn user_without_grants_gets_403_on_every_screen(app: TestApp) {
        let ids = Ids::made(&app).await;
        let mut nobody = app.signed_in_as(UserSpec { username: "nobody", ..UserSpec::default() }).await;
        for endpoint in all() {
            if let Requirement::Screen(..) | Requirement::NamedScreen(_) | Requirement::SubjectScreen(_) = endpoint.requirement {
                let answer = endpoint.ask(&mut nobody, &ids).await;
                assert_eq!(answer.status, 403, "{} {}: {}", endpoint.verb, endpoint.path, answer.text);
            }
        }
    }

    async fn reader_of_a_screen_reads_it_and_gets_403_on_every_write_of_it(app: TestApp) {
        let ids = Ids::made(&app).await;
        for row in &SCREENS {
            let username = format!("reader-{}", row.code);
            let grants = vec![Given::own(levels([(row.screen, Level::Read)]))];
            let mut reader = app.signed_in_as(UserSpec { username: &username, grants, ..UserSpec::default() }).await;
            for endpoint in all() {
                let Requirement::Screen(screen, level) = endpoint.requirement else { continue };
                let answer = endpoint.ask(&mut reader, &ids).await;
                let expected = if screen == row.screen && level == Level::Read { 200 } else { 403 };
                assert_eq!(answer.status, expected, "{} {} for a reader of {}", endpoint.verb, endpoint.path, row.code);
            }
        }
    }

    async fn screen_that_a_request_names_is_the_one_it_needs(app: TestApp) {
        let ids = Ids::made(&app).await;
        let named: Vec<Endpoint> = all().into_iter().filter(|e| matches!(e.requirement, Requirement::NamedScreen(_))).collect();
        assert!(!named.is_empty());
        for (screen, expected) in [(Screen::Rooms, 200), (Screen::Lighting, 403)] {
            let grants = vec![Given::own(levels([(screen, Level::Full)]))];
            let mut reader = app.signed_in_as(UserSpec { username: screen.code(), grants, ..UserSpec::default() }).await;
            for endpoint in &named {
                let answer = endpoint.ask(&mut reader, &ids).await;
                assert_eq!(answer.status, expected, "{} with {}: {}", endpoint.path, screen.code(), answer.text);
            }
        }
    }

    async fn screen_of_the_subject_is_the_one_that_a_grant_needs(app: TestApp) {
        let ids = Ids::made(&app).await;
        let about: Vec<Endpoint> = all().into_iter().filter(|e| matches!(e.requirement, Requirement::SubjectScreen(_))).collect();
        assert!(!about.is_empty());
        for row in &SCREENS {
            let username = format!("reader-{}", row.code);
            let grants = vec![Given::own(levels([(row.screen, Level::Read)]))];
            let mut reader = app.signed_in_as(UserSpec { username: &username, grants, ..UserSpec::default() }).await;
            for endpoint in &about {
                let answer = endpoint.ask(&mut reader, &ids).await;
                // The samples are about a user; who may read another kind of subject sees grants of those alone.
                let expected = match (row.screen, endpoint.requirement, endpoint.is_about_one(&ids)) {
                    (Screen::Users, Requirement::SubjectScreen(Level::Read), _) => 200,
                    (Screen::Integrations | Screen::Members, Requirement::SubjectScreen(Level::Read), false) => 200,
                    _ => 403,
                };
                assert_eq!(answer.status, expected, "{} {} for a reader of {}", endpoint.verb, endpoint.path, row.code);
            }
        }
    }

    async fn everything_of_another_organization_answers_as_if_it_were_not_there(app: TestApp) {
        let foreign = Ids::made(&app).await;
        let elsewhere = app.organization("Elsewhere").await;
        let grants = vec![Given::own(Levels::FULL)];
        let spec = UserSpec { organization: Some(&elsewhere), username: "outsider", grants, ..UserSpec::default() };
        let mut outsider = app.signed_in_as(spec).await;
        let mut about_one = 0;
        for endpoint in all().into_iter().filter(|endpoint| endpoint.requirement != Requirement::Public) {
            let answer = endpoint.ask(&mut outsider, &foreign).await;
            let what = format!("{} {}: {} {}", endpoint.verb, endpoint.path, answer.status, answer.text);
            assert!(foreign.all().all(|id| !answer.text.contains(id)), "{what}");
            assert!(!answer.text.contains("foreigner") && answer.status < 500, "{what}");
            if endpoint.is_about_one(&foreign) {
                let missing = endpoint.ask(&mut outsider, &foreign.missing()).await;
                assert_eq!((answer.status, &answer.text), (404, &missing.text), "{what}");
                about_one += 1;
            }
        }
        assert!(about_one > 30, "{about_one} endpoints are about one object");
    }

    async fn unused_methods_answer_405(app: TestApp) {
        let mut admin = app.admin().await;
        for (method, path) in [("PUT", "/api/v1/users"), ("DELETE", "/api/v1/users"), ("TRACE", "/api/v1/users"), ("PUT", "/sign-in"), ("DELETE", "/healthz"), ("POST", "/users")] {
            let status = admin.send(method.parse().unwrap(), path, "", String::new()).await.status;
            assert_eq!(status, 405, "{method} {path}");
        }
    }
}
