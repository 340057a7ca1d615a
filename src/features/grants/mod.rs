//! Grants one by one, with a beginning, an end and a reason: `/api/v1/grants`.

mod model;
mod ops;
pub mod rest;
mod store;
#[cfg(test)]
mod tests;
