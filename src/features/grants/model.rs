use crate::access::{DeviceRight, Levels};
use crate::rights::subject::SubjectKind;
use crate::types::Millis;

/// Characters in a reason.
pub const REASON_MAX: usize = 500;

/// A grant as the HTTP API shows it. It is never edited: another one takes its place.
#[derive(Clone, Debug)]
pub struct Grant {
    pub id: String,
    pub subject_kind: SubjectKind,
    pub subject_id: String,
    pub profile_id: Option<String>,
    /// Of its own, where it is none of a profile.
    pub levels: Option<Levels>,
    /// None is everything.
    pub place_id: Option<String>,
    /// Of one on a device, or on all: which of the three tables its levels are.
    pub device_right: Option<DeviceRight>,
    pub from: Option<Millis>,
    pub until: Option<Millis>,
    pub reason: String,
    pub given_by: String,
    pub created_at: Millis,
    /// Whether it opens anything now.
    pub active: bool,
}

/// A grant to be made.
#[derive(Clone, Debug)]
pub struct NewGrant {
    pub subject_kind: SubjectKind,
    pub subject_id: String,
    pub profile_id: Option<String>,
    pub levels: Option<Levels>,
    pub place_id: Option<String>,
    /// RFC 3339, as it was sent.
    pub from: Option<String>,
    pub until: Option<String>,
    pub reason: String,
}
