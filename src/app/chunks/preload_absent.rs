//! The server has all pages in one piece: nothing to fetch.

pub async fn platform() {}

pub async fn administration() {}
