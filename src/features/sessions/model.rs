use crate::types::Millis;
use serde::{Deserialize, Serialize};

/// An active session of somebody whom the viewer may see.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Session {
    pub id: String,
    /// `console`, or `integration` for an access token.
    pub kind: String,
    /// The user, or the integration.
    pub subject_id: String,
    /// Of a person; the client ID of an integration.
    pub username: String,
    pub name: String,
    /// Browser and system.
    pub client: String,
    pub address: String,
    pub signed_in_at: Millis,
    pub last_activity_at: Millis,
    pub expires_at: Millis,
    /// The viewer's own.
    pub own: bool,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SessionQuery {
    /// The beginning of a username or client ID.
    pub q: String,
    /// `signed_in_at` or `-signed_in_at`; empty is newest first.
    pub sort: String,
    pub cursor: String,
    pub limit: Option<i64>,
}

/// The organization's inactivity limit as one person sees it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Inactivity {
    /// Without a click or key, after which a session ends; 0 is never.
    pub minutes: i64,
    /// Why this person may not change it; none when they may.
    pub why_not: Option<String>,
    /// Of the organization's settings, which it is one of.
    pub version: i64,
}

/// The choices of the inactivity limit in minutes; 0 is never.
pub const IDLE_CHOICES: [(i64, &str); 7] = [
    (5, "5 minutes"),
    (15, "15 minutes"),
    (30, "30 minutes"),
    (60, "1 hour"),
    (240, "4 hours"),
    (480, "8 hours"),
    (0, "Never"),
];
