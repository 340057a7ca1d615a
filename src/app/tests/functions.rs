//! What a server function answers to a request that it cannot decode.

use crate::testing::{Answer, Browser, TestApp, both};
use http::Method;
use leptos::server_fn::axum::server_fn_paths;
use serde_json::json;

/// Media type and body, and the status of who may ask. None fits any server function.
fn undecodable() -> Vec<(&'static str, String, u16)> {
    let json = "application/json";
    vec![
        (json, String::new(), 400),
        (json, "{".to_owned(), 400),
        (json, "id=1&query=2".to_owned(), 400),
        (json, "null".to_owned(), 400),
        (json, "\"users\"".to_owned(), 400),
        (json, "{} {}".to_owned(), 400),
        (json, format!("{}{}", "{\"a\":".repeat(5_000), "1".repeat(3)), 400),
        (json, "[".repeat(5_000), 400),
        (json, "[1, 2]".to_owned(), 400),
        (json, "[[]]".to_owned(), 400),
        ("application/x-www-form-urlencoded", "id=1".to_owned(), 415),
        ("text/plain", "{}".to_owned(), 415),
        ("", "{}".to_owned(), 415),
    ]
}

async fn post(browser: &mut Browser, path: &str, media: &str, body: String) -> Answer {
    browser.send(Method::POST, path, media, body).await
}

both! {
    async fn arguments_that_cannot_be_decoded_are_401_to_strangers_and_then_the_senders_mistake(app: TestApp) {
        let (mut admin, mut stranger) = (app.admin().await, app.browser());
        let posted: Vec<&str> = server_fn_paths().filter(|(_, method)| method == Method::POST).map(|(path, _)| path).collect();
        assert!(posted.len() > 60, "{} functions", posted.len());
        for path in posted {
            for (media, body, expected) in undecodable() {
                let what = format!("{path} {media} {}", body.chars().take(20).collect::<String>());
                assert_eq!(post(&mut stranger, path, media, body.clone()).await.status, 401, "{what}");
                let answer = post(&mut admin, path, media, body).await;
                assert_eq!(answer.status, expected, "{what}: {}", answer.text);
                assert!(!answer.text.contains("couldn't be read. Reload"), "{what}: {}", answer.text);
            }
            let empty = post(&mut admin, path, "application/json", "{}".to_owned()).await;
            assert!(matches!(empty.status, 200 | 422), "{path} without arguments: {} {}", empty.status, empty.text);
        }
    }

    async fn argument_that_is_missing_is_told_at_its_field(app: TestApp) {
        let mut admin = app.admin().await;
        let problem = admin.call("users.get", &json!({})).await.expect(422).json();
        assert_eq!(problem["errors"][0]["field"], "id");
        let problem = admin.call("profiles.create", &json!({ "new": { "levels": {} } })).await.expect(422).json();
        assert_eq!(problem["errors"][0]["field"], "name");
        admin.call("users.get", &json!({ "id": 7 })).await.expect(400);
    }

    async fn unknown_server_function_is_not_found(app: TestApp) {
        for mut browser in [app.browser(), app.admin().await] {
            browser.call("users.steal", &json!({})).await.expect(404);
        }
    }
}
