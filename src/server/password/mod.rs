//! Passwords after NIST SP 800-63B-4 §3.1.1: what may become one, how it is made, stored and compared.

mod blocklist;
pub mod generate;
mod hasher;
pub mod policy;

pub use hasher::{Cost, Hasher, PasswordHash, Verdict};
