//! In the browser, where forms are saved by the application. What came with the request is found in the page.

pub fn offer<S, D>(_: S, _: D) {}

pub async fn settle() {}

pub fn of_request<T>() -> Option<T> {
    None
}
