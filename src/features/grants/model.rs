use crate::access::{DeviceRight, Levels};
use crate::rights::subject::SubjectKind;
use crate::server::openapi::Id;
use crate::types::Instant;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Characters in a reason.
pub const REASON_MAX: usize = 500;

/// A grant is never edited: another one takes its place.
pub const VERSION: i64 = 1;

/// One grant: what it gives, to whom, where, and for how long.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Grant {
    #[schemars(with = "Id")]
    pub id: String,
    pub subject_kind: SubjectKind,
    #[schemars(with = "Id")]
    pub subject_id: String,
    #[schemars(with = "Option<Id>")]
    pub profile_id: Option<String>,
    /// Null for the grant of a profile.
    pub levels: Option<Levels>,
    /// Null means everything.
    #[schemars(with = "Option<Id>")]
    pub place_id: Option<String>,
    /// For a grant on one device or on all devices: the permission it stands for.
    pub device_right: Option<DeviceRight>,
    pub from: Option<Instant>,
    pub until: Option<Instant>,
    pub reason: String,
    pub given_by: String,
    pub created_at: Instant,
    /// Whether it gives access now.
    pub active: bool,
    pub version: i64,
}

/// A grant to create.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NewGrant {
    pub subject_kind: SubjectKind,
    #[schemars(with = "Id")]
    pub subject_id: String,
    #[schemars(with = "Option<Id>")]
    pub profile_id: Option<String>,
    /// Either a profile, or levels.
    pub levels: Option<Levels>,
    #[schemars(with = "Option<Id>")]
    pub place_id: Option<String>,
    pub from: Option<Instant>,
    pub until: Option<Instant>,
    #[serde(default)]
    #[schemars(length(max = REASON_MAX))]
    pub reason: String,
}
