//! Fetches a chunk before its page is shown.

pub async fn platform() {
    super::__preload_platform().await;
}

pub async fn administration() {
    super::__preload_administration().await;
}
