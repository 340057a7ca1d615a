//! Renders pages, to their end.

use crate::error::AppError;
use crate::server::problem;
use axum::body::Body;
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use http::header::RETRY_AFTER;
use http::{HeaderValue, Method};
use std::time::Duration;

/// A page takes milliseconds. One that takes this long waits for a wake-up that was lost.
const PATIENCE: Duration = Duration::from_secs(5);

/// Renders a page, and once more when it does not finish (`docs/decisions/0010-rendered-again.md`).
pub async fn render(request: Request, next: Next) -> Response {
    if request.method() != Method::GET {
        return to_its_end(next.run(request)).await;
    }
    let (parts, body) = request.into_parts();
    let first = next.clone().run(Request::from_parts(parts.clone(), Body::empty()));
    match tokio::time::timeout(PATIENCE, to_its_end(first)).await {
        Ok(response) => response,
        Err(_) => {
            tracing::warn!(path = parts.uri.path(), "a page didn't finish rendering; trying again");
            to_its_end(next.run(Request::from_parts(parts, body))).await
        }
    }
}

/// Goes on when whoever asked has left: rendering works on several threads, and one that found the page's values gone
/// in the middle of it would panic.
pub async fn to_its_end<T: Send + 'static>(rendering: impl Future<Output = T> + Send + 'static) -> T {
    match tokio::spawn(rendering).await {
        Ok(done) => done,
        // Nothing cancels the task, so this is its panic, for the layer that answers panics.
        Err(panicked) => std::panic::resume_unwind(panicked.into_panic()),
    }
}

/// A page that says why what was sent was not saved.
pub fn refused_with(error: &AppError, mut page: Response) -> Response {
    *page.status_mut() = problem::status(error);
    if let Some(seconds) = error.retry_after {
        page.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    page
}

#[cfg(test)]
mod tests {
    use super::to_its_end;
    use tokio::sync::oneshot;

    #[tokio::test]
    async fn page_is_rendered_to_its_end_though_its_reader_left() {
        let ((go_on, gate), (done, finished)) = (oneshot::channel::<()>(), oneshot::channel());
        let rendering = tokio::spawn(to_its_end(async move {
            gate.await.unwrap();
            done.send("rendered").unwrap();
        }));
        tokio::task::yield_now().await;
        rendering.abort();
        assert!(rendering.await.unwrap_err().is_cancelled());
        go_on.send(()).unwrap();
        assert_eq!(finished.await, Ok("rendered"));
    }

    #[tokio::test]
    #[should_panic(expected = "in a page")]
    async fn panic_of_a_page_reaches_who_waits_for_it() {
        to_its_end(async { panic!("in a page") }).await
    }
}
