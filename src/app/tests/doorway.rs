//! No endpoint without a declared need, and none that does anything before it is met.

use crate::access::{Level, SCREENS};
use crate::app::endpoints;
use crate::server::rest::Declared;
use crate::testing::{Browser, Given, TestApp, UserSpec, both, levels};
use http::Method;
use leptos::server_fn::axum::server_fn_paths;
use std::collections::BTreeMap;

/// Every endpoint: verb, path with an id in it, what it needs.
fn all() -> Vec<(String, String, Declared)> {
    let missing = "01900000-0000-7000-8000-000000000000";
    let functions: BTreeMap<&str, String> =
        server_fn_paths().map(|(path, method)| (path, method.to_string())).collect();
    let api = endpoints::api()
        .endpoints
        .into_iter()
        .map(|e| (e.verb.to_owned(), e.path.replace("{id}", missing).replace("{secret_id}", missing), e.declared));
    let functions =
        endpoints::functions().into_iter().map(|(path, need)| (functions[path].clone(), path.to_owned(), need));
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

async fn ask(browser: &mut Browser, verb: &str, path: &str) -> u16 {
    let method: Method = verb.parse().unwrap();
    let body = if method == Method::GET || method == Method::DELETE { "" } else { "{}" };
    let media = if body.is_empty() { "" } else { "application/json" };
    browser.headers = vec![("if-match", "*".to_owned())];
    browser.send(method, path, media, body.to_owned()).await.status
}

both! {
    async fn stranger_gets_401_everywhere(app: TestApp) {
        for (verb, path, _) in all().into_iter().filter(|endpoint| endpoint.2 != Declared::Public) {
            let mut stranger = app.browser();
            let status = ask(&mut stranger, &verb, &path).await;
            // A server function reads its arguments before its body runs; it has done nothing then.
            let unread = path.starts_with("/fn/") && status >= 400;
            assert!(status == 401 || unread, "{verb} {path}: {status}");
        }
    }

    async fn user_without_grants_gets_403_on_every_screen(app: TestApp) {
        let mut nobody = app.signed_in_as(UserSpec { username: "nobody", ..UserSpec::default() }).await;
        for (verb, path, declared) in all() {
            if let Declared::Screen(..) = declared {
                let status = ask(&mut nobody, &verb, &path).await;
                let unread = path.starts_with("/fn/") && status >= 400;
                assert!(status == 403 || unread, "{verb} {path}: {status}");
            }
        }
    }

    async fn reader_of_a_screen_gets_403_on_every_write_of_it(app: TestApp) {
        for row in &SCREENS {
            let mine: Vec<_> = all().into_iter().filter(|e| e.2 == Declared::Screen(row.screen, Level::Full)).collect();
            if mine.is_empty() {
                continue;
            }
            let username = format!("reader-{}", row.code);
            let grants = vec![Given::own(levels([(row.screen, Level::Read)]))];
            let mut reader = app.signed_in_as(UserSpec { username: &username, grants, ..UserSpec::default() }).await;
            for (verb, path, _) in mine {
                let status = ask(&mut reader, &verb, &path).await;
                let unread = path.starts_with("/fn/") && status >= 400;
                assert!(status == 403 || unread, "{verb} {path}: {status}");
            }
        }
    }

    async fn unused_methods_answer_405(app: TestApp) {
        let mut admin = app.admin().await;
        for (method, path) in [("PUT", "/api/v1/users"), ("DELETE", "/api/v1/users"), ("TRACE", "/api/v1/users"), ("PUT", "/sign-in"), ("DELETE", "/healthz"), ("POST", "/users")] {
            let status = admin.send(method.parse().unwrap(), path, "", String::new()).await.status;
            assert_eq!(status, 405, "{method} {path}");
        }
    }
}
