use crate::app::router::answering_within;
use crate::testing::{TestApp, both};
use axum::body::{Body, Bytes};
use futures::stream;
use http::Request;
use std::convert::Infallible;
use std::time::{Duration, Instant};
use tower::ServiceExt;

both! {
    async fn body_that_never_ends_is_answered_in_the_time_of_an_answer(app: TestApp) {
        let longest = Duration::from_millis(100);
        let admin = app.admin().await;
        let cookie = format!("doorward={}", admin.cookies["doorward"]);
        for (path, media) in [("/sign-in", "application/x-www-form-urlencoded"), ("/oauth/token", "application/x-www-form-urlencoded"),
            ("/api/v1/profiles", "application/json"), ("/fn/me.change_password", "application/json"), ("/me", "application/x-www-form-urlencoded")] {
            let begun = stream::iter([Ok::<_, Infallible>(Bytes::from_static(b"{"))]);
            let request = Request::post(path)
                .header("sec-fetch-site", "same-origin")
                .header("content-type", media)
                .header("idempotency-key", "k1");
            // The cookie proves nothing where a client proves itself.
            let request = if path == "/oauth/token" { request } else { request.header("cookie", &cookie) };
            let request = request.body(Body::from_stream(stream::StreamExt::chain(begun, stream::pending()))).unwrap();
            let since = Instant::now();
            let answer = answering_within(app.state.clone(), longest).oneshot(request).await.unwrap();
            assert_eq!(answer.status(), 503, "{path}");
            assert!(since.elapsed() >= longest, "{path}");
            // The sign-in page is answered by itself.
            let media = if path == "/sign-in" { "text/html; charset=utf-8" } else { "application/problem+json" };
            assert_eq!(answer.headers()["content-type"], media, "{path}");
            assert!(answer.headers().contains_key("retry-after"), "{path}");
        }
    }
}
